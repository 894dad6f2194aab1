import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { problem } from './errors.ts'
import type { Layout } from './layout.ts'
import { mustRun, runProgram } from './run-program.ts'

/** What sshd must have in force, by keyword of sshd_config(5). */
export type SshdOptions = readonly (readonly [keyword: string, value: string])[]

/**
 * Certificates of one authority, for whoever the command names, and no other way in. AuthorizedPrincipalsFile has to go, since
 * a name in either is enough.
 *
 * @param command absolute path with arguments
 */
export const sshdOptions = (layout: Layout, command: string): SshdOptions => [
  ['TrustedUserCAKeys', layout.userAuthority],
  ['RevokedKeys', layout.revoked],
  ['AuthorizedPrincipalsCommand', `${command} %u %i %s %F`],
  ['AuthorizedPrincipalsCommandUser', layout.commandAccount],
  ['AuthorizedPrincipalsFile', 'none'],
  ['AuthorizedKeysFile', 'none'],
  ['AuthorizedKeysCommand', 'none'],
  ['PubkeyAuthentication', 'yes'],
  ['PasswordAuthentication', 'no'],
  ['KbdInteractiveAuthentication', 'no'],
  ['HostbasedAuthentication', 'no'],
  ['PermitUserEnvironment', 'no'],
  ['ExposeAuthInfo', 'yes'],
  ['LogLevel', 'VERBOSE'],
  ['MaxSessions', '10'],
  ['ClientAliveInterval', '60'],
  ['ClientAliveCountMax', '3'],
]

export const sshdConfigText = (options: SshdOptions): string =>
  ['# Written by bergfried-host.', ...options.map(([keyword, value]) => `${keyword} ${value}`), ''].join('\n')

/** Whether the main file reads the folder before anything that could be in force instead, or in a part of it alone. */
export function includes(mainFile: string, folder: string): boolean {
  for (const line of mainFile.split('\n')) {
    const [keyword = '', ...rest] = line.trim().split(/[\s=]+/)
    if (keyword === '' || keyword.startsWith('#')) continue
    if (keyword.toLowerCase() !== 'include') return false
    if (rest.some((pattern) => pattern === `${folder}/*.conf` || pattern === `${folder}/*`)) return true
  }
  return false
}

/** Files with `Match` in them: what they say holds for some and is not read here. */
export function filesWithMatch(layout: Layout, folder: string): readonly string[] {
  let names: readonly string[] = []
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.conf'))
  } catch {
    // No such folder yet.
  }
  const files = [layout.sshdConfig, ...names.map((name) => join(folder, name))]
  return files.filter((path) => /^\s*match\s/im.test(readFileSync(path, 'utf8')))
}

/** @throws {HostError} `refused`: sshd does not read a file */
export async function checkSshdConfig(sshd: string, path: string): Promise<void> {
  const { status, stderr } = await runProgram(sshd, ['-t', '-f', path])
  if (status === 0) return
  const said = stderr
    .replaceAll(/[^ -~]+/g, ' ')
    .trim()
    .slice(0, 300)
  throw problem('refused', path, `sshd does not read it: ${said}`, `sshd liest es nicht: ${said}`)
}

/**
 * Reads what sshd has in force; the first value of an option counts, which may be another file's.
 *
 * @throws {HostError} `refused`: not what was set
 */
export async function checkInForce(layout: Layout, options: SshdOptions): Promise<void> {
  const who = 'user=root,host=localhost,addr=127.0.0.1'
  const lines = new Set((await mustRun(layout.sshd, ['-T', '-f', layout.sshdConfig, '-C', who])).split('\n'))
  for (const [keyword, value] of options) {
    if (!lines.has(`${keyword.toLowerCase()} ${value}`)) {
      throw problem(
        'refused',
        keyword,
        'another file of sshd says otherwise before this one',
        'eine andere Datei von sshd sagt vor dieser etwas anderes',
      )
    }
  }
}
