import { openAllowList } from '../engines/sshcert/allow-list.ts'
import { fingerprint } from '../engines/sshcert/fingerprint.ts'
import { answerPrincipals } from '../engines/sshcert/principals-answer.ts'
import { problem } from './errors.ts'
import { readKnownVersion } from './known-version.ts'
import type { Layout } from './layout.ts'
import { isAccountName, isKeyId, isSerial, type ProcessId, writeLogin } from './login-file.ts'
import { readSettings } from './settings.ts'
import { readTrusted } from './trusted-file.ts'

/** More than the engine reads. */
export const MOST_LIST_BYTES = 33_554_432

/** `%u %i %s %F` of sshd_config(5). */
export interface Asked {
  readonly account: string
  readonly keyId: string
  readonly serial: string
  readonly authority: string
}

/**
 * What sshd's AuthorizedPrincipalsCommand prints: one principal per line, or nothing. Whatever it throws must end the command
 * with an error and nothing printed, which sshd takes for a refusal.
 *
 * The connection is written down before the list is read. So whoever puts a new list in place and then looks at what is written
 * down sees every connection that the list before may still let in.
 *
 * @param connection the process of sshd that asks, which lives as long as the connection
 * @param at Unix time in seconds
 * @throws {HostError} and {SshError}: whatever is not as it should be
 */
export function principalsFor(
  layout: Pick<Layout, 'settings' | 'allowList' | 'knownVersion' | 'logins'>,
  asked: Asked,
  connection: ProcessId,
  at: bigint,
): string {
  const { account, keyId, serial, authority } = asked
  if (!isAccountName(account) || !isKeyId(keyId) || !isSerial(serial)) {
    throw problem('malformed', 'arguments', 'not %u %i %s %F', 'nicht %u %i %s %F')
  }
  writeLogin(layout.logins, connection, { account, keyId, serial })
  const settings = readSettings(layout.settings)
  const list = openAllowList(readTrusted(layout.allowList, MOST_LIST_BYTES).toString('utf8'), [settings.orders])
  const knownVersion = readKnownVersion(layout.knownVersion).list
  if (list.authority !== fingerprint(settings.authority)) {
    throw problem('refused', layout.allowList, 'for another authority', 'für eine andere Zertifizierungsstelle')
  }
  const state = { host: settings.host, at, knownVersion, graceSeconds: settings.graceSeconds }
  return answerPrincipals(list, { account, keyId, serial: BigInt(serial), authority }, state).text
}
