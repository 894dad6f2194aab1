import { hash } from 'node:crypto'
import { fromBase64, utf8 } from '../../engines/sshcert/bytes.ts'
import { fingerprint } from '../../engines/sshcert/fingerprint.ts'
import type { PublicKey } from '../../engines/sshcert/public-key.ts'
import { encodeSignature } from '../../engines/sshcert/signature.ts'
import { verifySignature } from '../../engines/sshcert/verify-signature.ts'
import { problem } from '../errors.ts'
import { isCount, isListOf, isObjectOf, isOneOf, isText, type Shape } from '../shape.ts'
import { MOST_RULES_CHARACTERS } from './nft.ts'

/** A connection that must be possible, or must not be, while a change waits to be confirmed. */
export interface Probe {
  /** Who tries: the host itself, or the server. */
  readonly from: 'host' | 'server'
  readonly address: string
  /** TCP */
  readonly port: number
  readonly must: 'connect' | 'fail'
}

/** What the server sends: the order that the keeper signed, and what its digests stand for. */
export interface SentChange {
  readonly order: string
  readonly rules: string
  readonly probes: readonly Probe[]
}

/** A change whose signature and digests hold. */
export interface ChangeOrder {
  readonly number: number
  readonly id: string
  readonly host: string
  /** Digest of the rule set that it replaces. */
  readonly base: string
  /** Seconds until it is taken back where nobody confirms it. */
  readonly confirm: number
  /** Unix time */
  readonly expires: number
  readonly rules: string
  readonly probes: readonly Probe[]
}

const MOST_PROBES = 50
const isPort: Shape<number> = (value): value is number => isCount(value) && value > 0 && value < 65_536

export const isProbe: Shape<Probe> = isObjectOf({
  from: isOneOf('host', 'server'),
  address: isText(100),
  port: isPort,
  must: isOneOf('connect', 'fail'),
})
export const isSentChange: Shape<SentChange> = isObjectOf({
  order: isText(16_384),
  rules: isText(MOST_RULES_CHARACTERS),
  probes: isListOf(isProbe, MOST_PROBES),
})

const HEX = '([0-9a-f]{64})'
const FORM = new RegExp(
  [
    '^bergfried-firewall-order 1',
    'number ([1-9][0-9]{0,15})',
    'bergfried-firewall-change 1',
    'id ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})',
    'author \\S{1,200}',
    'host ([A-Za-z0-9][A-Za-z0-9_.-]{0,99})',
    `base ${HEX}`,
    `rules ${HEX}`,
    'difference [0-9a-f]{64}',
    'probes (-|[0-9a-f]{64})',
    'approvals [1-9]',
    'confirm ([1-9][0-9]{0,3})',
    'expires ([1-9][0-9]{0,11})',
    'need ".{1,4000}"',
    '$',
  ].join('\n'),
)

/**
 * Opens an order: its signature first, then what it says of the rules and the probes that came with it.
 *
 * @param key that signs what hosts go by
 * @throws {HostError} `malformed`, `refused`: other rules or probes than were approved; {SshError} `unverified`
 */
export function openChange(sent: SentChange, key: PublicKey): ChangeOrder {
  const body = openSigned(sent.order, key)
  const [, number = '', id = '', host = '', base = '', rules, probes, confirm, expires] = FORM.exec(body) ?? []
  if (id === '') throw problem('malformed', 'firewall order', 'not of the format', 'nicht im vereinbarten Format')
  if (hash('sha256', sent.rules, 'hex') !== rules) {
    throw problem('refused', 'rules', 'not those that were approved', 'nicht die freigegebenen')
  }
  const tried = sent.probes.length === 0 ? '-' : hash('sha256', JSON.stringify(sent.probes.map(inOrder)), 'hex')
  if (tried !== probes) throw problem('refused', 'probes', 'not those that were approved', 'nicht die freigegebenen')
  return {
    ...{ number: Number(number), id, host, base, confirm: Number(confirm), expires: Number(expires) },
    ...{ rules: sent.rules, probes: sent.probes },
  }
}

/** A probe with its fields in the order in which they were signed. */
const inOrder = ({ from, address, port, must }: Probe): Probe => ({ from, address, port, must })

/** What stands above the signature of a text. @throws {HostError} `malformed`; {SshError} `unverified` */
export function openSigned(text: string, key: PublicKey): string {
  const [, body = '', by, encoded = ''] =
    /^(bergfried-firewall-[a-z]+ 1\n.*\n)signature (SHA256:[A-Za-z0-9+/]{43}) ([A-Za-z0-9+/=]{88})\n$/s.exec(text) ?? []
  const bytes = fromBase64(encoded)
  if (body === '' || bytes === null)
    throw problem('malformed', 'firewall order', 'without a signature', 'ohne Signatur')
  if (by !== fingerprint(key)) {
    throw problem(
      'unverified',
      'firewall order',
      'signed by a key that is not trusted',
      'von fremder Hand unterschrieben',
    )
  }
  verifySignature(key, encodeSignature({ algorithm: 'ssh-ed25519', bytes, authenticator: null }), utf8(body))
  return body
}
