import { randomBytes } from 'node:crypto'
import { link, readdir, rm } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { codeOf, KeeperError } from './errors.ts'

/**
 * Holds a folder against a second keeper, for as long as this process lives. Node offers no lock on files, but a Unix socket
 * knows whether somebody listens on it, also after `kill -9`, and reaches across network namespaces.
 *
 * Locks are numbered. Whoever finds the one with the highest number dead makes the next one, with `link`, which only one can
 * win. The highest number is never removed, so it never falls; whoever came too late sees a higher one and steps back.
 *
 * The working directory of the process must be the folder: paths of sockets are short.
 *
 * @throws {KeeperError} `locked`
 */
export async function lockFolder(folder: string): Promise<{ release(): void }> {
  const own = `lock-${randomBytes(8).toString('hex')}`
  const server = createServer((socket) => socket.destroy())
  await listen(server, own)
  try {
    for (;;) {
      const highest = Math.max(0, ...(await numbers(folder)))
      if (highest > 0 && (await isAlive(lockName(highest)))) throw lockedError(folder)
      const mine = highest + 1
      try {
        await link(join(folder, own), join(folder, lockName(mine)))
      } catch (error) {
        if (codeOf(error) === 'EEXIST') continue
        // The other one took us for dead while we were being born, and holds the folder now.
        if (codeOf(error) === 'ENOENT') throw lockedError(folder)
        throw error
      }
      if (Math.max(...(await numbers(folder))) > mine) {
        await rm(join(folder, lockName(mine)), { force: true })
        continue
      }
      await rm(join(folder, own), { force: true })
      await clean(folder, mine)
      server.unref()
      return { release: () => server.close() }
    }
  } catch (error) {
    server.close()
    await rm(join(folder, own), { force: true })
    throw error
  }
}

const lockName = (number: number): string => `lock.${number}`

const lockedError = (folder: string): KeeperError => new KeeperError('locked', { what: folder })

async function numbers(folder: string): Promise<number[]> {
  return (await readdir(folder)).flatMap((name) => (/^lock\.[0-9]{1,15}$/.test(name) ? [Number(name.slice(5))] : []))
}

/** Removes what earlier keepers left: lower numbers, and first names of sockets that nobody listens on. */
async function clean(folder: string, mine: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const left = /^lock-[0-9a-f]{16}$/.test(name)
    if (left ? !(await isAlive(name)) : /^lock\./.test(name) && Number(name.slice(5)) < mine) {
      await rm(join(folder, name), { force: true })
    }
  }
}

const listen = (server: Server, name: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(name, resolve)
  })

/** Whether somebody listens. Only a refusal or a missing file says no: a full queue is alive. */
const isAlive = (name: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(name)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', (error) => resolve(!['ECONNREFUSED', 'ENOENT'].includes(codeOf(error))))
  })
