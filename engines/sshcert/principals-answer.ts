import type { AllowList } from './allow-list.ts'
import { refused, SshError } from './errors.ts'

/** What sshd tells its `AuthorizedPrincipalsCommand`: `%u %i %s %F`. */
export interface LoginQuestion {
  readonly account: string
  readonly keyId: string
  readonly serial: bigint
  /** Fingerprint of the key that certified. */
  readonly authority: string
}

/** What the host knows by itself. */
export interface HostState {
  readonly host: string
  /** Unix time in seconds. */
  readonly at: bigint
  /** Version of the newest list that this host has seen; 0 where there was none. */
  readonly knownVersion: bigint
  /** Seconds past its maximum age for which a list still counts. 0, which is strict, where not given. */
  readonly graceSeconds?: bigint
  /** Seconds by which the issuer's clock may be ahead; 60 where not given. */
  readonly skewSeconds?: bigint
}

export interface Freshness {
  /** Seconds since it was issued; negative where the issuer's clock is ahead. */
  readonly age: bigint
  /** Past its maximum age, within the grace. Somebody should be told. */
  readonly stale: boolean
}

/** What to print. No text means that nobody gets in: sshd refuses on empty output, as it does on an exit other than 0. */
export interface PrincipalsAnswer extends Freshness {
  readonly text: string
}

/**
 * The answer of an `AuthorizedPrincipalsCommand` (sshd_config): one principal per line, of which the certificate must have
 * one. Whatever throws must end the command with an error and print nothing.
 *
 * @throws {SshError} as {@link checkFresh}
 */
export function answerPrincipals(list: AllowList, question: LoginQuestion, state: HostState): PrincipalsAnswer {
  const freshness = checkFresh(list, state)
  const { account, keyId, serial, authority } = question
  // Serial 0 cannot be revoked, so nothing that has it was issued for this.
  if (authority !== list.authority || serial === 0n) return { text: '', ...freshness }
  const entry = list.entries.find((login) => login.account === account && login.keyId === keyId)
  if (entry === undefined || state.at >= entry.until) return { text: '', ...freshness }
  return { text: entry.principals.map((principal) => `${principal}\n`).join(''), ...freshness }
}

/**
 * Whether a list may be used on this host, now.
 *
 * @throws {SshError} `refused`: for another host; `rollback`: older than one that was seen, or from the future; `stale`: past
 *   its maximum age and the grace
 */
export function checkFresh(list: AllowList, state: HostState): Freshness {
  const { host, at, knownVersion, graceSeconds = 0n, skewSeconds = 60n } = state
  if (list.host !== host) throw refused('allow-list: for another host')
  if (list.version < knownVersion) {
    throw new SshError('rollback', `allow-list: version ${list.version}, and ${knownVersion} was seen`)
  }
  const age = at - list.issued
  if (age < -skewSeconds) throw new SshError('rollback', `allow-list: issued ${-age} s ahead of this host's clock`)
  const stale = age > list.maxAge
  if (age > list.maxAge + graceSeconds) {
    throw new SshError('stale', `allow-list: ${age} s old, and ${list.maxAge} s are the most`)
  }
  return { age, stale }
}
