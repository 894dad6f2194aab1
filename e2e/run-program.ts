import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { HOME } from '../app/home.ts'

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs one of our programs to its end, in a folder of the test. */
export const runProgram = (entry: string, args: readonly string[], cwd: string, home = HOME): Promise<Ran> =>
  new Promise((resolve) => {
    execFile(
      'sh',
      [join(HOME, 'bin/node24'), join(home, entry), ...args],
      { cwd, env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: cwd, LANG: 'en_US.UTF-8' } },
      (error, out, err) => {
        const { code } = (error ?? { code: 0 }) as { code?: number | string }
        resolve({ code: typeof code === 'number' ? code : -1, out, err })
      },
    )
  })
