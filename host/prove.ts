import { fingerprint } from '../engines/sshcert/fingerprint.ts'
import { problem } from './errors.ts'
import type { Layout } from './layout.ts'
import type { KeyIdOnAccount } from './orders.ts'
import { findAccount } from './passwd.ts'
import { readByOpenSsh } from './revoked.ts'
import { mustRun, runProgram } from './run-program.ts'
import type { Settings } from './settings.ts'

/** What a login of a key id would meet now. Tried, not concluded. */
export interface Proof extends KeyIdOnAccount {
  /** What the configured command says; sshd lets nobody in on nothing. */
  readonly answer: 'nothing' | 'principals'
  /** Whether OpenSSH finds the key id, or all its serials that were seen, in the list that sshd reads. */
  readonly krl: 'revoked' | 'not revoked'
}

/** The highest there is: no certificate that was issued has it. */
const MADE_UP_SERIAL = '18446744073709551615'

/**
 * Asks what sshd would ask: its own configuration says which command, as whom, and which KRL.
 *
 * @param serials of connections that the key id had
 * @throws {HostError} `failed`: it cannot be tried
 */
export async function prove(
  layout: Pick<Layout, 'sshd' | 'sshdConfig'>,
  settings: Pick<Settings, 'authority'>,
  target: KeyIdOnAccount,
  serials: readonly string[],
): Promise<Proof> {
  const { keyId, account } = target
  const config = await configOf(layout, account)
  const user = findAccount(config.get('authorizedprincipalscommanduser') ?? '')
  if (user === null) throw untried('AuthorizedPrincipalsCommandUser')
  const values = { u: account, i: keyId, s: MADE_UP_SERIAL, F: fingerprint(settings.authority), '%': '%' }
  const [program = '', ...args] = expand(config.get('authorizedprincipalscommand') ?? '', values)
  if (!program.startsWith('/')) throw untried('AuthorizedPrincipalsCommand')
  const { status, stdout } = await runProgram(program, args, { as: { uid: user.uid, gid: user.gid } })
  const krl = config.get('revokedkeys') ?? 'none'
  const listed = krl === 'none' ? '' : await readByOpenSsh(krl)
  const revoked = isListed(listed, keyId, serials.map(BigInt))
  const lets = status === 0 && stdout.trim() !== ''
  return { keyId, account, answer: lets ? 'principals' : 'nothing', krl: revoked ? 'revoked' : 'not revoked' }
}

/** What sshd has in force for an account, by keyword in lower case. */
async function configOf(
  { sshd, sshdConfig }: Pick<Layout, 'sshd' | 'sshdConfig'>,
  account: string,
): Promise<ReadonlyMap<string, string>> {
  const text = await mustRun(sshd, ['-T', '-f', sshdConfig, '-C', `user=${account},host=localhost,addr=127.0.0.1`])
  return new Map(
    text.split('\n').map((line): [string, string] => {
      const at = line.indexOf(' ')
      return [line.slice(0, at), line.slice(at + 1)]
    }),
  )
}

function expand(command: string, values: Readonly<Record<string, string>>): readonly string[] {
  if (/["'\\]/.test(command)) throw untried('AuthorizedPrincipalsCommand')
  return command.split(' ').map((word) =>
    word.replaceAll(/%(.)/g, (_, token: string) => {
      const value = values[token]
      if (value === undefined) throw untried('AuthorizedPrincipalsCommand')
      return value
    }),
  )
}

/** Whether what `ssh-keygen -Q -l` prints names a key id, or every one of the serials: `serial: 5`, `serial: 5-9`, `id: …`. */
export function isListed(listed: string, keyId: string, serials: readonly bigint[]): boolean {
  const open = new Set(serials)
  for (const line of listed.split('\n')) {
    if (line === `id: ${keyId}`) return true
    const [, from = '', to = from] = /^serial: ([0-9]+)(?:-([0-9]+))?$/.exec(line) ?? []
    if (from === '') continue
    const [first, last] = [BigInt(from), BigInt(to)]
    for (const serial of open) if (serial >= first && serial <= last) open.delete(serial)
  }
  return serials.length > 0 && open.size === 0
}

const untried = (what: string) =>
  problem(
    'failed',
    what,
    'of sshd is not as this program set it',
    'von sshd ist nicht, wie dieses Programm es einrichtet',
  )
