import { readdirSync, statSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fc, test } from '@fast-check/vitest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeFrame, FrameReader, MOST_FRAME_BYTES } from './frames.ts'
import { connectSigner, publicKeysOf, statusOf } from './signer.ts'
import { GrowingTree } from './testing/growing-tree.ts'
import { type Folders, makeFolders, type RawKeeper, rawKeeper } from './testing/raw-keeper.ts'
import { removeStrippedCode } from './testing/stripped-code.ts'

afterAll(removeStrippedCode)

let folders: Folders
let keeper: RawKeeper
beforeAll(async () => {
  folders = makeFolders()
  keeper = rawKeeper(folders)
  await keeper.first
})
afterAll(async () => {
  await keeper.kill()
  folders.remove()
})

const dial = (): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect(folders.socket)
    socket.once('connect', () => resolve(socket))
    socket.once('error', reject)
  })

/** Sends bytes and waits until the keeper hangs up. @returns what it said before */
async function sendUntilClosed(bytes: Uint8Array, end = false): Promise<string[]> {
  const socket = await dial()
  const frames = new FrameReader()
  const said: string[] = []
  socket.on('data', (chunk: Buffer) => said.push(...frames.push(chunk)))
  socket.on('error', () => undefined)
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  socket.write(bytes)
  if (end) socket.end()
  await closed
  return said
}

const frameOf = (body: string | Uint8Array): Uint8Array => {
  const bytes = Buffer.from(body as string)
  const head = Buffer.alloc(4)
  head.writeUInt32BE(bytes.length)
  return Buffer.concat([head, bytes])
}

const good = { oldSize: 0, newSize: 1, newRoot: 'ab'.repeat(32), consistency: [] }
const asked = (args: unknown, op = 'sign-checkpoint') => encodeFrame({ id: 1, op, args })

describe('the socket', () => {
  it('lets in its own account alone', () => {
    expect(statSync(folders.socket).mode & 0o777).toBe(0o600)
    expect(statSync(folders.run).mode & 0o777).toBe(0o700)
  })

  it('answers with status and public keys', async () => {
    const status = await statusOf(keeper.client)
    expect(status).toMatchObject({ last: null, refusing: null, keyIn: 'file', addons: false })
    const { keys } = await publicKeysOf(keeper.client)
    expect(keys).toMatchObject([{ purpose: 'checkpoint', algorithm: 'ed25519', verifierKey: status.verifierKey }])
  })

  it.each<[string, Uint8Array]>([
    ['a length of nothing', Buffer.alloc(4)],
    ['a length of four gigabytes', Buffer.from('ffffffff', 'hex')],
    ['a length one over the limit', Buffer.from((MOST_FRAME_BYTES + 1).toString(16).padStart(8, '0'), 'hex')],
    ['what is not UTF-8', frameOf(Uint8Array.of(0xff, 0xfe))],
    ['what is not JSON', frameOf('{')],
    ['a list', frameOf('[]')],
    ['null', frameOf('null')],
    ['JSON as deep as it can be', frameOf('['.repeat(MOST_FRAME_BYTES))],
    ['a request without an operation', frameOf('{"id":1,"args":{}}')],
    ['a request with more than it should have', frameOf('{"id":1,"op":"status","args":{},"x":1}')],
    ['a number that is none', frameOf('{"id":1.5,"op":"status","args":{}}')],
    ['an unknown operation', asked({}, 'export-key')],
    ['the name of a member of every object', asked({}, '__proto__')],
    ['arguments for status', asked({ x: 1 }, 'status')],
    ['a proof with 64 hashes', asked({ ...good, consistency: Array(64).fill('00'.repeat(32)) })],
    ['a size that is no number', asked({ ...good, newSize: '1' })],
    ['a size below nothing', asked({ ...good, newSize: -1 })],
    [
      'a size that is not exact any more',
      frameOf(
        JSON.stringify({ id: 1, op: 'sign-checkpoint', args: good }).replace(
          '"newSize":1',
          '"newSize":9007199254740993',
        ),
      ),
    ],
    ['a root that is too short', asked({ ...good, newRoot: 'ab' })],
    ['a root in capitals', asked({ ...good, newRoot: 'AB'.repeat(32) })],
  ])('hangs up on %s, counts it, and goes on', async (_case, bytes) => {
    const before = (await statusOf(keeper.client)).counters.malformed
    expect(await sendUntilClosed(bytes)).toEqual([])
    expect((await statusOf(keeper.client)).counters.malformed).toBe(before + 1)
  })

  test.prop([fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { minLength: 1, maxLength: 5 })], {
    numRuns: 60,
  })('survives any bytes', async (chunks) => {
    await sendUntilClosed(Buffer.concat(chunks), true)
    expect((await statusOf(keeper.client)).last).toBeNull()
  })

  test.prop([fc.json({ maxDepth: 4 })], { numRuns: 60 })('signs nothing for any JSON', async (json) => {
    const args = `{"id":1,"op":"sign-checkpoint","args":${json}}`
    await sendUntilClosed(frameOf(args), true)
    expect((await statusOf(keeper.client)).last).toBeNull()
  })

  it('takes frames in any pieces, and answers every request of one connection', async () => {
    const socket = await dial()
    const frames = new FrameReader()
    const ids = new Set<number>()
    const all = new Promise<void>((resolve) =>
      socket.on('data', (chunk: Buffer) => {
        for (const text of frames.push(chunk)) ids.add((JSON.parse(text) as { id: number }).id)
        if (ids.size === 50) resolve()
      }),
    )
    const bytes = Buffer.concat(Array.from({ length: 50 }, (_, id) => encodeFrame({ id, op: 'status', args: {} })))
    for (let at = 0; at < bytes.length; at += 97) socket.write(bytes.subarray(at, at + 97))
    await all
    socket.destroy()
  })

  it('takes sixteen connections and no more, and room again when they go', async () => {
    keeper.client.close()
    const open = await Promise.all(Array.from({ length: 15 }, dial))
    await sleep(50)
    const more = await Promise.all(Array.from({ length: 5 }, dial))
    const closed = await Promise.all(
      more.map(
        (socket) =>
          new Promise<boolean>((resolve) => {
            socket.once('close', () => resolve(true))
            socket.once('data', () => resolve(false))
            socket.on('error', () => undefined)
            socket.write(encodeFrame({ id: 1, op: 'status', args: {} }))
          }),
      ),
    )
    expect(closed.filter((one) => one).length).toBeGreaterThanOrEqual(4)
    for (const socket of [...open, ...more]) socket.destroy()
  })

  it('puts off whoever asks too much, and answers all of it', async () => {
    const socket = await dial()
    const frames = new FrameReader()
    const codes: string[] = []
    const all = new Promise<void>((resolve) =>
      socket.on('data', (chunk: Buffer) => {
        for (const text of frames.push(chunk)) {
          codes.push((JSON.parse(text) as { error?: { code: string } }).error?.code ?? 'ok')
        }
        if (codes.length === 8000) resolve()
      }),
    )
    socket.write(Buffer.concat(Array.from({ length: 8000 }, (_, id) => encodeFrame({ id, op: 'status', args: {} }))))
    await all
    socket.destroy()
    expect(codes.filter((code) => code === 'busy').length).toBeGreaterThan(100)
    expect(codes.filter((code) => code === 'ok').length).toBeGreaterThan(10)
  })

  it('signs after all of that', async () => {
    const { KeeperClient } = await import('./client.ts')
    const client = new KeeperClient({ socket: folders.socket })
    const signer = await connectSigner(client, null)
    const note = await signer.sign(await GrowingTree.empty().append('a').growthFrom(0))
    expect(note).toContain(signer.origin)
    client.close()
    expect(readdirSync(folders.run)).toEqual(['socket'])
  })
})
