/** Why this program did not do something. */
export type HostReason =
  /** A wrong option, or a file of settings that makes no sense. */
  | 'usage'
  /** A file or folder that others may change, or a process without the rights it needs. */
  | 'unsafe'
  /** Not of the format. */
  | 'malformed'
  /** A signature does not hold, or nobody trusted made it. */
  | 'unverified'
  /** Older than what was seen. */
  | 'rollback'
  /** Older than it may be. */
  | 'stale'
  /** Sound, and against a rule. */
  | 'refused'
  /** A program, the disk or the system does not do it. */
  | 'failed'
  /** The server does not answer, or not as agreed. */
  | 'unreachable'

export interface Text {
  readonly en: string
  readonly de: string
}

export interface HostDetail {
  /** A file, an account, a program, an option. */
  readonly what: string
  /** One clause in English. */
  readonly reason: string
  /** The same in German. */
  readonly reasonDe: string
}

/** The one error of this program. Never holds a secret. */
export class HostError extends Error {
  override readonly name = 'HostError'
  readonly code: HostReason
  readonly detail: HostDetail

  constructor(code: HostReason, detail: HostDetail, options?: ErrorOptions) {
    super(`${code} ${detail.what}: ${detail.reason}`, options)
    this.code = code
    this.detail = detail
  }
}

export const problem = (
  code: HostReason,
  what: string,
  reason: string,
  reasonDe: string,
  options?: ErrorOptions,
): HostError => new HostError(code, { what, reason, reasonDe }, options)

/** Code of an error of the system, such as ENOENT. */
export const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException | null)?.code ?? 'error'

/** Reasons of `engines/sshcert`, whose messages hold no secret and are English alone. */
const SSH_REASONS: Readonly<Record<string, string>> = {
  malformed: 'nicht im vereinbarten Format',
  too_large: 'zu groß',
  unsupported: 'mit etwas, das hier nicht geht',
  unverified: 'die Unterschrift gilt nicht',
  expired: 'abgelaufen',
  refused: 'gegen eine Regel',
  stale: 'zu alt',
  rollback: 'älter als schon gesehen, oder aus der Zukunft',
}

/** One sentence about an error; nothing but its kind where it is none of ours, since its text may hold anything. */
export function textOf(error: unknown, what: string): Text {
  if (error instanceof HostError) {
    const { what: where, reason, reasonDe } = error.detail
    return { en: `${where}: ${reason}.`, de: `${where}: ${reasonDe}.` }
  }
  const code = codeOf(error)
  const reason = (error as Error | null)?.name === 'SshError' ? SSH_REASONS[code] : undefined
  if (reason !== undefined) return { en: `${(error as Error).message}.`, de: `${what}: ${reason}.` }
  return { en: `${what}: not done (${code}).`, de: `${what}: nicht ausgeführt (${code}).` }
}
