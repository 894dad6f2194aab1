import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { signCheckpoint } from '../engines/tlog/checkpoint.ts'
import { cosign, verifyWitnessed } from '../engines/tlog/cosignature.ts'
import { EMPTY_ROOT } from '../engines/tlog/merkle.ts'
import { COSIGNATURE_ED25519, ED25519, formatNote, formatVerifierKey } from '../engines/tlog/note.ts'
import { signer } from '../engines/tlog/testing/signers.ts'
import { fileOf } from './store/state.ts'
import { serveWitness } from './testing/serve-witness.ts'
import { submit } from './testing/spawn-witness.ts'
import { TestLog } from './testing/test-log.ts'

const ORIGIN = 'log.example.org/a'
const log = () => new TestLog(ORIGIN)
const { verifierKey } = log()
const policyOf = (keys: Awaited<ReturnType<typeof serveWitness>>['keys'], quorum = 1) => ({
  log: log().signer.key,
  witnesses: keys,
  quorum,
})

/** A note with a second tree of the same size. */
const another = (size: number) =>
  log()
    .grow(size - 1)
    .grow(1, 'other')

describe('add-checkpoint answers', () => {
  const grown = log().grow(5)
  const later = grown.copy().grow(4)
  const withBody = async (change: (body: string) => string) => change(await later.request(5))
  const foreign = new TestLog('log.example.org/unknown').grow(6)
  const impostor = new TestLog(ORIGIN, [], 9).grow(6)

  // Each against a witness that has cosigned 5 entries.
  it.each<[number, string, () => Promise<string>]>([
    [200, 'an honest growth', () => later.request(5)],
    [200, 'the same checkpoint again', () => grown.request(5)],
    [400, 'an empty body', async () => ''],
    [400, 'no old size', () => withBody((b) => b.replace('old 5', 'new 5'))],
    [400, 'an old size with a leading zero', () => withBody((b) => b.replace('old 5', 'old 05'))],
    [400, 'an old size beyond 2^53 - 1', () => withBody((b) => b.replace('old 5', 'old 9007199254740992'))],
    [400, 'CRLF', () => withBody((b) => b.replaceAll('\n', '\r\n'))],
    [400, 'no last line break', () => withBody((b) => b.slice(0, -1))],
    [400, 'no signature', () => withBody((b) => b.slice(0, b.indexOf('—')))],
    [
      400,
      'a hash of 31 bytes',
      () => withBody((b) => b.replace('old 5\n', `old 5\n${Buffer.alloc(31).toString('base64')}\n`)),
    ],
    [
      400,
      '64 hashes',
      () => withBody((b) => b.replace('old 5\n', `old 5\n${`${Buffer.alloc(32).toString('base64')}\n`.repeat(64)}`)),
    ],
    [400, 'an old size larger than the checkpoint', () => withBody((b) => b.replace('old 5', 'old 10'))],
    [403, 'a checkpoint signed by another key', () => impostor.request(5)],
    [403, 'a checkpoint whose text was changed', () => withBody((b) => b.replace('\n9\n', '\n8\n'))],
    [404, 'a log that it does not know', () => foreign.request(0)],
    [409, 'a log from the beginning', () => later.request(0)],
    [409, 'an old size that it did not cosign', () => later.request(4)],
    [409, 'a smaller tree', () => grown.copy(3).request(3)],
    [409, 'another root of the same size', () => another(5).request(5)],
    [409, 'another root of the same size from elsewhere', () => another(5).request(0)],
    [422, 'no proof', () => withBody((b) => b.replace(/^old 5\n[\s\S]*?\n\n/, 'old 5\n\n'))],
    [
      422,
      'a proof with a hash too many',
      () => withBody((b) => b.replace('old 5\n', `old 5\n${Buffer.alloc(32).toString('base64')}\n`)),
    ],
    [422, 'another history that has grown beyond', () => another(5).grow(4).request(5)],
    [
      422,
      'a proof where nothing has grown',
      async () => (await grown.request(5)).replace('old 5\n', `old 5\n${Buffer.alloc(32).toString('base64')}\n`),
    ],
  ])('%i to %s', async (status, _, body) => {
    await using served = await serveWitness([verifierKey])
    expect((await submit(served.url, await grown.request(0))).status).toBe(200)
    const answer = await submit(served.url, await body())
    expect([answer.status, answer.text.length > 0]).toEqual([status, true])
    expect(served.problems).toEqual([])
    if (status === 409) expect([answer.type, answer.text]).toEqual(['text/x.tlog.size', '5\n'])
    if (status === 200) return
    const seen = await fetch(`${served.url}checkpoint/${fileOf(ORIGIN)}`)
    expect(await seen.text()).toContain(await grown.note())
  })

  it('422 to a proof where there is nothing to grow from', async () => {
    await using served = await serveWitness([verifierKey])
    const body = (await grown.request(0)).replace('old 0\n', `old 0\n${Buffer.alloc(32).toString('base64')}\n`)
    expect((await submit(served.url, body)).status).toBe(422)
    expect((await submit(served.url, await grown.request(0))).status).toBe(200)
  })

  it('200 to an empty log, and to what grows from it', async () => {
    await using served = await serveWitness([verifierKey])
    const empty = await signCheckpoint({ origin: ORIGIN, size: 0, root: EMPTY_ROOT, extensions: [] }, log().signer)
    expect((await submit(served.url, `old 0\n\n${empty}`)).status).toBe(200)
    expect((await submit(served.url, await grown.request(0))).status).toBe(200)
  })
})

describe('a cosignature', () => {
  it('says when the tree was the largest, and later never an earlier time', async () => {
    await using served = await serveWitness([verifierKey])
    const grown = log().grow(3)
    const first = await submit(served.url, await grown.request(0))
    const { cosigners } = await verifyWitnessed(`${await grown.note()}${first.text}`, policyOf(served.keys))
    const time = served.time.ms / 1000
    expect(cosigners).toEqual([{ name: 'witness.example.org/w1', time }])
    served.time.ms -= 3_600_000
    grown.grow(2)
    const second = await submit(served.url, await grown.request(3))
    const again = await verifyWitnessed(`${await grown.note()}${second.text}`, policyOf(served.keys))
    expect(again.cosigners[0]?.time).toBe(time)
  })

  it('comes from both keys of a witness that has two, and of a text with extension lines from Ed25519 alone', async () => {
    await using served = await serveWitness([verifierKey], { mlDsa: true })
    expect(served.keys.map(({ type }) => type)).toEqual([4, 6])
    const grown = log().grow(3)
    const { text } = await submit(served.url, await grown.request(0))
    expect(text.split('\n')).toHaveLength(3)
    for (const key of served.keys) {
      const witnessed = await verifyWitnessed(`${await grown.note()}${text}`, policyOf([key]))
      expect(witnessed.cosigners).toHaveLength(1)
    }
    const { size, root } = grown
    const extended = await signCheckpoint({ origin: ORIGIN, size, root, extensions: ['more'] }, grown.signer)
    const answer = await submit(served.url, `old 3\n\n${extended}`)
    expect([answer.status, answer.text.split('\n').length]).toEqual([200, 2])
  })

  it('is given although others have signed along, and theirs are not kept', async () => {
    await using served = await serveWitness([verifierKey])
    const grown = log().grow(3)
    const stranger = signer('stranger.example.org', COSIGNATURE_ED25519, 7)
    const line = await cosign(await grown.note(), stranger, 1)
    const answer = await submit(served.url, `${await grown.request(0)}${line}`)
    expect(answer.status).toBe(200)
    const seen = await (await fetch(`${served.url}checkpoint/${fileOf(ORIGIN)}`)).text()
    expect(seen).toBe(`${await grown.note()}${answer.text}`)
  })

  it('is given to any of several keys of a log, under an origin that is not the name of the key', async () => {
    const other = signer('key.example.org', ED25519, 5)
    await using served = await serveWitness([verifierKey, `${formatVerifierKey(other.key)} ${ORIGIN}`])
    const grown = log().grow(3)
    const text = (await grown.note()).split('\n\n')[0]
    const signature = await other.sign(new TextEncoder().encode(`${text}\n`))
    const note = formatNote(`${text}\n`, [{ name: other.key.name, keyId: other.key.keyId, signature }])
    expect((await submit(served.url, `old 0\n\n${note}`)).status).toBe(200)
  })
})

describe('the server', () => {
  it('answers several requests on one connection', async () => {
    await using served = await serveWitness([verifierKey])
    const body = await log().grow(3).request(0)
    const bytes = Buffer.byteLength(body)
    const one = `POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: ${bytes}\r\n\r\n${body}`
    const answer = await raw(served.url, `${one}${one}GET / HTTP/1.1\r\nHost: w\r\nConnection: close\r\n\r\n`)
    expect(answer.match(/^HTTP\/1\.1 \d{3}/gm)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 409', 'HTTP/1.1 200'])
  })

  it.each<[string, number, string, RequestInit]>([
    ['another method', 405, 'add-checkpoint', {}],
    ['another method for reading', 405, '', { method: 'DELETE' }],
    ['another path', 404, 'add-checkpoints', { method: 'POST', body: 'x' }],
    ['a way out of the folder', 404, 'checkpoint/..%2fkey.json', {}],
    ['an unknown log', 404, `checkpoint/${'0'.repeat(64)}`, {}],
    ['an unknown conflict', 404, 'conflicts/key.json', {}],
    ['too long a body', 413, 'add-checkpoint', { method: 'POST', body: 'x'.repeat(200 * 1024) }],
    [
      'a compressed body',
      415,
      'add-checkpoint',
      { method: 'POST', body: 'x', headers: { 'content-encoding': 'gzip' } },
    ],
    ['bytes that are no text', 400, 'add-checkpoint', { method: 'POST', body: new Uint8Array([0xff, 0xfe]) }],
  ])('refuses %s with %i', async (_, status, path, init) => {
    await using served = await serveWitness([verifierKey])
    const answer = await fetch(`${served.url}${path}`, init)
    expect(answer.status).toBe(status)
    if (status === 405) expect(answer.headers.get('allow')).toBe(path === '' ? 'GET, HEAD' : 'POST')
  })

  it('stops reading a body without a length that does not end', async () => {
    await using served = await serveWitness([verifierKey])
    const head = 'POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nTransfer-Encoding: chunked\r\n\r\n'
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`
    expect(await raw(served.url, `${head}${chunk.repeat(4)}`)).toMatch(/^HTTP\/1\.1 413/)
  })

  it.each<[string, string]>([
    ['a head', 'POST /add-checkpoint HT'],
    ['a body', 'POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: 100\r\n\r\nold 0\n'],
  ])('does not wait for %s that never ends', async (_, beginning) => {
    const waits = { headersTimeout: 100, requestTimeout: 100, connectionsCheckingInterval: 20 }
    await using served = await serveWitness([verifierKey], { waits })
    // The promise holds only when the witness ends the connection.
    expect(await raw(served.url, beginning)).toMatch(/^(HTTP\/1\.1 408|$)/)
  })

  it('holds an address to its rate, and lets it go on later', async () => {
    await using served = await serveWitness([verifierKey], { perSecond: 1 })
    const statuses = async (n: number) => {
      const all: number[] = []
      for (let i = 0; i < n; i++) all.push((await fetch(served.url)).status)
      return all
    }
    expect(await statuses(6)).toEqual([200, 200, 200, 200, 200, 429])
    served.time.ms += 1_000
    expect(await statuses(2)).toEqual([200, 429])
  })

  it('serves below a prefix alone', async () => {
    await using served = await serveWitness([verifierKey], { prefix: '/w1' })
    expect((await submit(served.url, await log().grow(3).request(0))).status).toBe(200)
    expect((await fetch(new URL('/', served.url))).status).toBe(404)
    expect((await fetch(new URL('/w1', served.url))).status).toBe(200)
  })

  it('tells people and programs who it is and what it saw', async () => {
    await using served = await serveWitness([verifierKey])
    await submit(served.url, await log().grow(3).request(0))
    const json = await (await fetch(served.url, { headers: { accept: 'application/json' } })).json()
    expect(json).toMatchObject({
      name: 'witness.example.org/w1',
      verifierKeys: served.verifierKeys,
      logs: [{ origin: ORIGIN, size: 3, cosignedAt: '2026-11-01T12:00:00.000Z', verifierKeys: [verifierKey] }],
      conflicts: [],
    })
    const text = await (await fetch(served.url)).text()
    expect(text).toContain(`${ORIGIN}\n  3  2026-11-01T12:00:00.000Z`)
  })
})

const raw = (url: string, bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(bytes))
    let answer = ''
    socket.on('data', (chunk) => {
      answer += String(chunk)
    })
    socket.on('close', () => resolve(answer))
    socket.on('error', (error) => (answer === '' ? reject(error) : undefined))
  })
