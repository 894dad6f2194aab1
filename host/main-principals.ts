// sshd's AuthorizedPrincipalsCommand: `node main-principals.ts [--root FOLDER] %u %i %s %F`, run as an account without rights.
// On anything unexpected it prints nothing on standard output and ends with 1: sshd lets nobody in then.
import { writeSync } from 'node:fs'
import { HostError } from './errors.ts'
import { layoutOf } from './layout.ts'
import { principalsFor } from './principals.ts'
import { processStat } from './process-stat.ts'
import { systemClock } from './system-clock.ts'

process.umask(0o027)
try {
  const given = process.argv.slice(2)
  const root = given[0] === '--root' ? (given[1] ?? '/') : '/'
  const [account = '', keyId = '', serial = '', authority = '', ...more] = root === '/' ? given : given.slice(2)
  const stat = process.ppid > 1 ? processStat(process.ppid) : null
  if (more.length > 0 || stat === null) throw new Error('not started as it should be')
  const connection = { pid: process.ppid, start: stat.start }
  const at = BigInt(Math.floor(systemClock.now().getTime() / 1000))
  const text = principalsFor(layoutOf(root), { account, keyId, serial, authority }, connection, at)
  // Whole or not at all: sshd reads until the end and looks at the exit code after that.
  if (text !== '') writeSync(1, text)
} catch (error) {
  process.exitCode = 1
  const said = error instanceof HostError || (error as Error | null)?.name === 'SshError'
  // sshd passes this on to its log.
  writeSync(2, `bergfried-host: ${said ? (error as Error).message : 'not possible'}\n`)
}
