// The keeper's process. Reads one line from standard input, says what happens in lines of JSON on standard output, serves
// until standard input ends: it never outlives whoever started it.

import { codeOf, KeeperError, unsafe } from './errors.ts'
import { openKeeper, recoverKeeper } from './keeper.ts'
import { nativeCalls } from './keys/pkcs11.ts'
import { serveSocket, type Tell } from './socket-server.ts'
import { readStartMessage } from './start-message.ts'

/** Name of the socket in its folder. */
const SOCKET = 'socket'

const tell: Tell = (event) => process.stdout.write(`${JSON.stringify(event)}\n`)

process.umask(0o077)
// Ctrl-C in a terminal reaches everybody; whoever started us stops us in order.
process.on('SIGINT', () => undefined)
process.stdout.on('error', () => process.exit(1))
process.on('uncaughtException', (error) => {
  // The stack tells places, not values.
  tell({ event: 'defect', where: (error.stack ?? '').split('\n').slice(1, 4).join(' ').slice(0, 500) })
  process.exit(1)
})

try {
  await main()
} catch (error) {
  const known = error instanceof KeeperError ? error : unsafe('-', codeOf(error), codeOf(error))
  tell({ ...known.detail, event: 'not-started', code: known.code })
  process.exit(2)
}

async function main(): Promise<void> {
  checkConfinement()
  const message = await readStartMessage(process.stdin)
  // While we may still read our own code: it can lie where only root gets.
  if (message.token !== null) await nativeCalls()
  if (message.account !== null) become(message.account)
  const input = { folder: message.keys, uid: process.getuid?.() ?? 0, origin: message.origin, token: message.token }
  if (message.token === null && process.permission?.has('addon') === true) {
    throw unsafe('addons', 'native code is allowed without need', 'nativer Code ist ohne Not erlaubt')
  }
  process.chdir(message.keys)
  if (message.recover !== null) {
    const last = await recoverKeeper(input, message.recover.note)
    tell({ event: 'recovered', size: last?.size ?? -1 })
    process.exit(0)
  }
  const keeper = await openKeeper(input)
  process.chdir(message.run)
  const server = await serveSocket(keeper, SOCKET, message.group ? 0o660 : 0o600, tell)
  const stop = () => {
    server.close()
    void keeper.close().then(() => process.exit(0))
  }
  process.stdin.once('end', stop)
  process.stdin.once('close', stop)
  process.once('SIGTERM', stop)
  tell({ event: 'ready', pid: process.pid })
  // It may have ended while the folder was being opened.
  if (process.stdin.readableEnded || process.stdin.destroyed) stop()
}

/**
 * Puts root's rights down for good. Without an `exec` after it the kernel lets nobody trace this process or dump it, not
 * even the account it now has (prctl(2), PR_SET_DUMPABLE).
 */
function become({ uid, gid }: { readonly uid: number; readonly gid: number }): void {
  process.setgroups?.([gid])
  process.setgid?.(gid)
  process.setuid?.(uid)
  const now = [process.getuid?.(), process.geteuid?.(), process.getgid?.(), ...(process.getgroups?.() ?? [])]
  if (now.join() !== [uid, uid, gid, gid].join()) {
    throw unsafe(String(uid), 'the account could not be changed', 'das Konto ließ sich nicht wechseln')
  }
}

/** Without the permission model this process could do anything: then it holds no keys. */
function checkConfinement(): void {
  const { permission } = process
  if (permission === undefined) {
    throw unsafe('--permission', 'started without it', 'ohne sie gestartet')
  }
  for (const what of ['child', 'worker', 'fs.write', 'fs.read', 'inspector', 'wasi'] as const) {
    if (permission.has(what)) throw unsafe(what, 'allowed without need', 'ohne Not erlaubt')
  }
}
