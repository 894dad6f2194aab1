/** Most characters of a message that are read. */
export const LONGEST_MESSAGE = 8192

export interface SshdEvent {
  /** What sshd said, at most `LONGEST_MESSAGE` characters. */
  readonly message: string
  /** True: the message was longer. */
  readonly cut: boolean
  readonly outcome?: 'accepted' | 'failed' | 'unknown_user'
  /** password, publickey, … as sshd names it. */
  readonly method?: string
  /** As the other side gave it, blanks included. */
  readonly user?: string
  readonly src_ip?: string
  /** 1 to 65535. */
  readonly src_port?: number
}

const SIGN_IN = /^(Accepted|Failed) ([a-z][a-z0-9/-]{0,63}) for (invalid user )?/
const UNKNOWN = /^Invalid user /
const ORIGIN = / ?from ([0-9A-Fa-f.:]{2,45}(?:%[\w.-]{1,15})?) port ([0-9]{1,5})(?: ssh2(?:: .*)?)?$/

/**
 * A message of sshd without the header of syslog. Never throws; a message that is not known has no outcome.
 * The account's name is the attacker's to choose, so the last origin that can end the message counts.
 * Source: OpenSSH, auth.c (auth_log).
 */
export function parseSshd(text: string): SshdEvent {
  const plain = { message: text.slice(0, LONGEST_MESSAGE), cut: text.length > LONGEST_MESSAGE }
  const signIn = SIGN_IN.exec(plain.message)
  const head = signIn ?? UNKNOWN.exec(plain.message)
  if (head === null || plain.cut) return plain
  const rest = plain.message.slice(head[0].length)
  const from = rest.lastIndexOf('from ')
  const begin = from > 0 && rest[from - 1] === ' ' ? from - 1 : from
  const origin = begin < 0 ? null : ORIGIN.exec(rest.slice(begin))
  const [, address, port] = origin ?? []
  if (address === undefined || Number(port) < 1 || Number(port) > 65_535) return plain
  const known = { ...plain, user: rest.slice(0, begin), src_ip: address, src_port: Number(port) }
  const [, word, method] = signIn ?? []
  if (method === undefined) return { ...known, outcome: 'unknown_user' }
  return { ...known, method, outcome: word === 'Accepted' ? 'accepted' : 'failed' }
}
