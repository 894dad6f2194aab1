import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'

/** Account that the keeper runs under when root starts it: nobody else has it, the database neither. */
const NAME = 'bergfried-keeper'

export interface Account {
  readonly uid: number
  readonly gid: number
  /** It is another account than the one that starts the keeper. */
  readonly own: boolean
}

/**
 * Who the keeper runs as. Started by root it gets a system account of its own, made where it is missing; where that cannot be
 * made, and for everybody else, it runs as whoever starts it.
 */
export async function keeperAccount(): Promise<Account> {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0]
  if (uid !== 0) return { uid, gid, own: false }
  const found = await lookUp()
  if (found !== null) return found
  const options = ['--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent']
  spawnSync('/usr/sbin/useradd', [...options, '--shell', '/usr/sbin/nologin', NAME], { stdio: 'ignore' })
  return (await lookUp()) ?? { uid, gid, own: false }
}

async function lookUp(): Promise<Account | null> {
  const text = await readFile('/etc/passwd', 'utf8').catch(() => '')
  const entry = text.split('\n').find((line) => line.startsWith(`${NAME}:`))
  const [, , uid, gid] = entry?.split(':').map(Number) ?? []
  return uid === undefined || gid === undefined ? null : { uid, gid, own: true }
}
