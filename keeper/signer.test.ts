import { execFileSync } from 'node:child_process'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { KeeperClient } from './client.ts'
import { encodeFrame } from './frames.ts'
import { connectSigner } from './signer.ts'
import { GrowingTree } from './testing/growing-tree.ts'
import { type Folders, makeFolders, rawKeeper } from './testing/raw-keeper.ts'
import { removeStrippedCode } from './testing/stripped-code.ts'

afterAll(removeStrippedCode)

let folders: Folders
let others: Folders
beforeEach(() => {
  folders = makeFolders()
  others = makeFolders()
})
afterEach(() => {
  folders.remove()
  others.remove()
})

describe('the client', () => {
  it('does not believe another keeper on the same socket', async () => {
    const keeper = rawKeeper(folders)
    await keeper.first
    const client = new KeeperClient({ socket: folders.socket })
    const signer = await connectSigner(client, null)
    await keeper.kill()
    const impostor = rawKeeper({ ...folders, keys: others.keys })
    await impostor.first
    const growth = await GrowingTree.empty().append('a').growthFrom(0)
    await expect(signer.last()).rejects.toMatchObject({ code: 'refused' })
    await expect(signer.sign(growth)).rejects.toMatchObject({ code: 'refused' })
    client.close()
    await impostor.kill()
  })

  it.each<[string, (socket: Socket) => void]>([
    ['garbage', (socket) => socket.write('what?')],
    ['an answer to nothing', (socket) => socket.write(encodeFrame({ id: 999, ok: {} }))],
    ['an answer of another shape', (socket) => socket.write(encodeFrame({ id: 1, ok: { origin: 7 } }))],
    ['nothing', () => undefined],
    ['an end', (socket) => socket.destroy()],
  ])('gives up in time on a server that answers with %s', async (_case, answer) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () => answer(socket))
    })
    await new Promise<void>((resolve) => server.listen(folders.socket, resolve))
    const client = new KeeperClient({ socket: folders.socket, timeoutMs: 300 })
    await expect(connectSigner(client, null)).rejects.toMatchObject({ code: 'unreachable' })
    client.close()
    server.close()
  })

  it('keeps a process up while it waits, and not a moment longer', async () => {
    const keeper = rawKeeper(folders)
    await keeper.first
    const code = `
      const { KeeperClient } = await import(${JSON.stringify(join(import.meta.dirname, 'client.ts'))})
      const client = new KeeperClient({ socket: ${JSON.stringify(folders.socket)} })
      console.log((await client.ask('status', {})).keyIn)`
    const args = ['--no-warnings', '--input-type=module', '-e', code]
    expect(execFileSync(process.execPath, args, { encoding: 'utf8', timeout: 10_000 })).toBe('file\n')
    await keeper.kill()
  })
})
