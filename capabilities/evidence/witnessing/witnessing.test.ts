import type { ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { cosign, verifyWitnessed } from '../../../engines/tlog/cosignature.ts'
import { COSIGNATURE_ED25519, formatVerifierKey, parseNote } from '../../../engines/tlog/note.ts'
import { MOST_HASHES } from '../../../engines/tlog/proof.ts'
import { signer } from '../../../engines/tlog/testing/signers.ts'
import { serveWitness } from '../../../witness/testing/serve-witness.ts'
import { TestLog } from '../../../witness/testing/test-log.ts'
import { openWitnessing } from './open-witnessing.ts'
import { falseWitness, saySize } from './testing/false-witness.ts'

const log = () => new TestLog('log.example.org/a')
const { verifierKey } = log()
const liar = signer('witness.example.org/w1', COSIGNATURE_ED25519, 8)
const honest = signer('witness.example.org/w1', COSIGNATURE_ED25519, 7)
const honestKey = formatVerifierKey(honest.key)

const ask = async (urls: readonly { verifierKey: string; url: string }[], of: TestLog, timeoutMs = 5_000) =>
  openWitnessing({ witnesses: urls, timeoutMs }).cosign(await of.note(), of.size, (old) => of.proof(old))

describe('an honest witness', () => {
  it('confirms each checkpoint, from the size that it confirmed last', async () => {
    await using served = await serveWitness([verifierKey])
    const [key] = served.verifierKeys
    const witnessing = openWitnessing({ witnesses: [{ verifierKey: key ?? '', url: served.url }], timeoutMs: 5_000 })
    const grown = log()
    for (const more of [3, 1, 300, 7]) {
      grown.grow(more)
      const result = await witnessing.cosign(await grown.note(), grown.size, (old) => grown.proof(old))
      expect(result).toMatchObject({ cosigned: ['witness.example.org/w1'], refused: [] })
      const policy = { log: grown.signer.key, witnesses: served.keys, quorum: 1 }
      expect((await verifyWitnessed(result.note, policy)).checkpoint.size).toBe(grown.size)
    }
  })

  it('tells a log that has forgotten where it stands, and is then given the proof from there', async () => {
    await using served = await serveWitness([verifierKey])
    const witness = [{ verifierKey: served.verifierKeys[0] ?? '', url: served.url }]
    const grown = log().grow(130)
    await ask(witness, grown)
    const from: number[] = []
    grown.grow(200)
    const result = await openWitnessing({ witnesses: witness, timeoutMs: 5_000 }).cosign(
      await grown.note(),
      330,
      (old) => {
        from.push(old)
        return grown.proof(old)
      },
    )
    expect([result.cosigned.length, from]).toEqual([1, [0, 130]])
  })

  it('is not asked again for what it confirmed, and what is there is kept once', async () => {
    await using served = await serveWitness([verifierKey])
    const witness = [{ verifierKey: served.verifierKeys[0] ?? '', url: served.url }]
    const grown = log().grow(3)
    const stranger = await cosign(await grown.note(), signer('stranger.example.org', COSIGNATURE_ED25519, 5), 1)
    const first = await openWitnessing({ witnesses: witness, timeoutMs: 5_000 }).cosign(
      `${await grown.note()}${stranger}`,
      3,
      (old) => grown.proof(old),
    )
    expect(first.note).toContain(stranger)
    served.time.ms += 60_000
    const second = await openWitnessing({ witnesses: witness, timeoutMs: 5_000 }).cosign(first.note, 3, (old) =>
      grown.proof(old),
    )
    expect(second).toEqual({ ...first, cosigned: ['witness.example.org/w1'] })
  })
})

describe('a witness that knows another history', () => {
  const histories: [string, TestLog, TestLog, string][] = [
    ['of the same size', log().grow(5), log().grow(4).grow(1, 'x'), 'ANOTHER HISTORY: at size 5'],
    [
      'that is larger',
      log().grow(9),
      log().grow(4).grow(1, 'x'),
      'ANOTHER HISTORY: it has confirmed 9 entries, this log has 5',
    ],
    ['that is smaller', log().grow(5), log().grow(4).grow(4, 'x'), 'ANOTHER HISTORY: what it confirmed before'],
  ]
  it.each(histories)('%s is heard loudly', async (_, seen, ours, reason) => {
    await using served = await serveWitness([verifierKey])
    const witness = [{ verifierKey: served.verifierKeys[0] ?? '', url: served.url }]
    expect((await ask(witness, seen)).cosigned).toHaveLength(1)
    const result = await ask(witness, ours)
    expect(result.refused).toEqual([
      {
        witness: 'witness.example.org/w1',
        reason: expect.stringContaining(reason),
        reasonDe: expect.stringContaining('ANDERE GESCHICHTE'),
        otherHistory: true,
      },
    ])
    expect(result.note).toBe(await ours.note())
  })
})

describe('an answer that is none', () => {
  const text = (status: number, body: string) => (response: ServerResponse) => {
    response.writeHead(status, { 'content-type': 'text/plain' }).end(body)
  }
  const cosignedBy = async (who: typeof liar, time = 1) => cosign(await log().grow(3).note(), who, time)
  const garbage = Buffer.from([0xe2, 0x80])

  it.each<[string, string, (response: ServerResponse, asked: readonly string[]) => void | Promise<void>]>([
    [
      'signed with a wrong key',
      'not signed with the configured key',
      async (r) => text(200, await cosignedBy(liar))(r),
    ],
    [
      'signed for another checkpoint',
      'does not hold',
      async (r) => text(200, await cosign(await log().grow(4).note(), honest, 1))(r),
    ],
    [
      'with a bit turned over',
      'does not hold',
      async (r) => text(200, (await cosignedBy(honest)).replace(/.{8}\n$/, 'AAAAAAA=\n'))(r),
    ],
    ['empty', 'no cosignature', text(200, '')],
    ['a page', 'no cosignature', text(200, '<html>\n')],
    ['no text', 'no cosignature', (r) => void r.end(garbage)],
    [
      'a redirect',
      'redirect (307), which is not followed',
      (r) => void r.writeHead(307, { location: 'http://127.0.0.1:9/' }).end(),
    ],
    ['too long', 'too long', text(200, `${'— a b\n'.repeat(20_000)}`)],
    [
      'endless',
      'too long',
      (r) => {
        const more = () => r.write('x'.repeat(1 << 16), () => !r.destroyed && more())
        more()
      },
    ],
    ['late', 'no whole answer within 0.5 s', () => undefined],
    ['dripping', 'no whole answer within 0.5 s', (r) => void r.write('—')],
    ['a broken connection', 'cannot be reached', (r) => void r.socket?.destroy()],
    ['409 without a size', '409 without a size', text(409, '3\n')],
    ['409 with words', '409 without a size', (r) => saySize(r, 'three')],
    ['409 with a negative size', '409 without a size', (r) => saySize(r, -1)],
    ['409 with the size asked for', 'refuses the size that it names itself', (r) => saySize(r, 0)],
    ['409 with another size each time', 'another size at every attempt', (r, asked) => saySize(r, asked.length % 2)],
    ['400', 'malformed (400)', text(400, '')],
    ['403', 'does not accept the key', text(403, '')],
    ['404', 'does not know this log', text(404, '')],
    ['413', 'too large', text(413, '')],
    ['429', 'too often', text(429, '')],
    ['500', 'status 500', text(500, 'a secret of the other side')],
  ])('%s is a refusal and changes nothing', async (_, reason, answer) => {
    await using witness = await falseWitness(answer)
    const grown = log().grow(3)
    const result = await ask(
      [{ verifierKey: honestKey, url: witness.url }],
      grown,
      reason.includes('0.5 s') ? 500 : 10_000,
    )
    expect(result.refused).toMatchObject([{ reason: expect.stringContaining(reason), otherHistory: false }])
    expect(JSON.stringify(result)).not.toContain('a secret of the other side')
    expect([result.cosigned, result.note]).toEqual([[], await grown.note()])
  })

  it('among lines of other keys is found, and the newest of several is taken', async () => {
    const lines = [
      await cosignedBy(liar),
      await cosignedBy(honest, 5),
      await cosignedBy(honest, 9),
      await cosignedBy(honest, 7),
    ]
    await using witness = await falseWitness(text(200, lines.join('')))
    const grown = log().grow(3)
    const result = await ask([{ verifierKey: honestKey, url: witness.url }], grown)
    expect(result.note).toBe(`${await grown.note()}${lines[2]}`)
    expect(parseNote(result.note).signatures).toHaveLength(2)
  })
})

describe('a request', () => {
  it('goes below the prefix, is as the specification says, and never holds more than 63 hashes', async () => {
    await using witness = await falseWitness((response, _, request) => {
      expect([request.method, request.url]).toEqual(['POST', '/some/prefix/add-checkpoint'])
      saySize(response, 1)
    })
    const grown = log().grow(3)
    const url = `${witness.url}some/prefix/`
    const witnessing = openWitnessing({ witnesses: [{ verifierKey: honestKey, url }], timeoutMs: 5_000 })
    const hash = new Uint8Array(32)
    const endless = async (old: number) => (old === 0 ? [] : Array.from({ length: MOST_HASHES + 1 }, () => hash))
    const result = await witnessing.cosign(await grown.note(), 3, endless)
    expect(result.refused).toMatchObject([{ reason: 'it cannot be asked: 64 hashes of a proof' }])
    expect(witness.asked).toEqual([`old 0\n\n${await grown.note()}`])
  })

  it('fails as a whole where our own log cannot be read', async () => {
    await using witness = await falseWitness((response) => saySize(response, 1))
    const grown = log().grow(3)
    const broken = () => Promise.reject(new Error('disk'))
    const witnessing = openWitnessing({ witnesses: [{ verifierKey: honestKey, url: witness.url }], timeoutMs: 5_000 })
    await expect(witnessing.cosign(await grown.note(), 3, broken)).rejects.toThrow('disk')
  })
})
