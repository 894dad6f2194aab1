import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { userInfo } from 'node:os'

export interface ServerUser {
  readonly uid: number
  readonly gid: number
  readonly name: string
}

/**
 * Who PostgreSQL runs as. It refuses root; so, started by root, it gets the system account `bergfried`, which is made
 * where it is missing, or `nobody` where accounts cannot be made. Anybody else runs it as themselves.
 */
export async function serverUser(): Promise<ServerUser> {
  const me = userInfo()
  if (me.uid !== 0) return { uid: me.uid, gid: me.gid, name: me.username }
  const found = await lookUp('bergfried')
  if (found !== null) return found
  spawnSync('/usr/sbin/useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', 'bergfried'], {
    stdio: 'ignore',
  })
  return (await lookUp('bergfried')) ?? (await lookUp('nobody')) ?? { uid: 65_534, gid: 65_534, name: 'nobody' }
}

async function lookUp(name: string): Promise<ServerUser | null> {
  const text = await readFile('/etc/passwd', 'utf8').catch(() => '')
  const fields = text
    .split('\n')
    .map((entry) => entry.split(':'))
    .find((entry) => entry[0] === name)
  return fields === undefined ? null : { name, uid: Number(fields[2]), gid: Number(fields[3]) }
}
