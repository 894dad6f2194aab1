/** Why the keeper did not do something. Callers above translate it into their own codes. */
export type KeeperReason =
  /** The key folder or the process is not closed enough to hold keys. */
  | 'unsafe'
  /** It could, and will not: a fork, a rollback, a state that is not to be trusted. */
  | 'refused'
  | 'origin_changed'
  /** Another keeper holds the folder. */
  | 'locked'
  /** Nobody answers, or the answer makes no sense. */
  | 'unreachable'
  /** Not our protocol. */
  | 'malformed'
  /** Too many requests; later again. */
  | 'busy'
  /** The disk or the token does not work. */
  | 'failed'

export type KeeperDetail = Readonly<Record<string, string | number>>

/**
 * The one error of the keeper. `detail` has `reason` in English and `reasonDe` in German, one clause each, and never a
 * secret; `unsafe` and `locked` add `what`, `origin_changed` has `found` and `expected` in place of a reason.
 */
export class KeeperError extends Error {
  override readonly name = 'KeeperError'
  readonly code: KeeperReason
  readonly detail: KeeperDetail

  constructor(code: KeeperReason, detail: KeeperDetail, options?: ErrorOptions) {
    super(`${code} ${JSON.stringify(detail)}`, options)
    this.code = code
    this.detail = detail
  }
}

const REASONS: ReadonlySet<string> = new Set<KeeperReason>([
  'unsafe',
  'refused',
  'origin_changed',
  'locked',
  'unreachable',
  'malformed',
  'busy',
  'failed',
])

export const isKeeperReason = (value: unknown): value is KeeperReason => typeof value === 'string' && REASONS.has(value)

export const unsafe = (what: string, reason: string, reasonDe: string): KeeperError =>
  new KeeperError('unsafe', { what, reason, reasonDe })

export const refused = (reason: string, reasonDe: string, more: KeeperDetail = {}): KeeperError =>
  new KeeperError('refused', { ...more, reason, reasonDe })

export const failed = (reason: string, reasonDe: string, options?: ErrorOptions): KeeperError =>
  new KeeperError('failed', { reason, reasonDe }, options)

export const malformed = (reason: string, reasonDe: string): KeeperError =>
  new KeeperError('malformed', { reason, reasonDe })

export const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException | null)?.code ?? 'error'
