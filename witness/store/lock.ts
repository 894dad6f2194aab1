import { randomBytes } from 'node:crypto'
import { type FileHandle, link, open, readdir, rm } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { codeOf, problem } from '../errors.ts'

export interface Lock {
  release(): Promise<void>
}

/**
 * Holds a folder against a second witness, for as long as this process lives. Node offers no lock on files, but a Unix
 * socket knows whether somebody listens on it, also after `kill -9` and across containers that share the folder.
 *
 * Locks are numbered. Whoever finds the highest one dead makes the next one with `link`, which only one can win. The highest
 * number is never removed, so it never falls; whoever came too late sees a higher one and steps back.
 *
 * @throws {WitnessError} `locked`, `failed`
 */
export async function lockFolder(folder: string): Promise<Lock> {
  const handle = await open(folder, 'r')
  // Paths of sockets end after about 100 bytes. By its open handle every folder has a short one.
  const short = process.platform === 'linux' ? `/proc/self/fd/${handle.fd}` : folder
  const own = `lock-${randomBytes(8).toString('hex')}`
  const server = createServer((socket) => socket.destroy())
  try {
    await listen(server, join(short, own))
    await take(folder, short, own)
  } catch (error) {
    await close(server, handle)
    await rm(join(folder, own), { force: true })
    throw error
  }
  server.unref()
  return { release: () => close(server, handle) }
}

async function take(folder: string, short: string, own: string): Promise<void> {
  for (;;) {
    const highest = Math.max(0, ...(await numbers(folder)))
    if (highest > 0 && (await isAlive(join(short, lockName(highest))))) throw locked(folder)
    const mine = highest + 1
    try {
      await link(join(folder, own), join(folder, lockName(mine)))
    } catch (error) {
      if (codeOf(error) === 'EEXIST') continue
      // The other one took us for dead while we were being born, and holds the folder now.
      if (codeOf(error) === 'ENOENT') throw locked(folder)
      throw error
    }
    if (Math.max(...(await numbers(folder))) > mine) {
      await rm(join(folder, lockName(mine)), { force: true })
      continue
    }
    await clean(folder, short, own, mine)
    return
  }
}

const lockName = (number: number): string => `lock.${number}`

const locked = (folder: string) =>
  problem('locked', folder, 'another witness uses this folder', 'ein anderer Zeuge benutzt diesen Ordner')

async function numbers(folder: string): Promise<number[]> {
  return (await readdir(folder)).flatMap((name) => (/^lock\.[0-9]{1,15}$/.test(name) ? [Number(name.slice(5))] : []))
}

/** Removes lower numbers, and the first names of sockets that nobody listens on. */
async function clean(folder: string, short: string, own: string, mine: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const born = /^lock-[0-9a-f]{16}$/.test(name)
    const left = born ? name === own || !(await isAlive(join(short, name))) : isLower(name, mine)
    if (left) await rm(join(folder, name), { force: true })
  }
}

const isLower = (name: string, mine: number): boolean =>
  /^lock\.[0-9]{1,15}$/.test(name) && Number(name.slice(5)) < mine

const listen = (server: Server, path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const code = codeOf(error)
      reject(problem('failed', path, `cannot be locked (${code})`, `lässt sich nicht sperren (${code})`))
    })
    server.listen(path, resolve)
  })

async function close(server: Server, handle: FileHandle): Promise<void> {
  await new Promise<void>((resolve) => server.close(() => resolve()))
  await handle.close()
}

/** Whether somebody listens. Only a refusal or a missing file says no: a full queue is alive. */
const isAlive = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', (error) => resolve(!['ECONNREFUSED', 'ENOENT'].includes(codeOf(error))))
  })
