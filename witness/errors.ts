/** Why a witness does not start or go on. What it answers to a log is no error, see `answer.ts`. */
export type WitnessReason =
  /** A wrong option or list of logs. */
  | 'usage'
  /** Its folder is open to others. */
  | 'unsafe'
  /** Another witness holds the folder. */
  | 'locked'
  /** What it remembers is missing or was changed: it must not go on as if it had seen nothing. */
  | 'broken'
  /** The disk, the network or this version of Node does not do it. */
  | 'failed'

export interface WitnessDetail {
  /** A file, a folder or an option. */
  readonly what: string
  /** One clause in English. */
  readonly reason: string
  /** The same in German. */
  readonly reasonDe: string
}

/** The one error of the witness. Never holds a secret. */
export class WitnessError extends Error {
  override readonly name = 'WitnessError'
  readonly code: WitnessReason
  readonly detail: WitnessDetail

  constructor(code: WitnessReason, detail: WitnessDetail, options?: ErrorOptions) {
    super(`${code} ${detail.what}: ${detail.reason}`, options)
    this.code = code
    this.detail = detail
  }

  sentence(lang: 'de' | 'en'): string {
    return `${this.detail.what}: ${lang === 'de' ? this.detail.reasonDe : this.detail.reason}.`
  }
}

export const problem = (
  code: WitnessReason,
  what: string,
  reason: string,
  reasonDe: string,
  options?: ErrorOptions,
): WitnessError => new WitnessError(code, { what, reason, reasonDe }, options)

/** Code of an error of the system, such as ENOENT. */
export const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException | null)?.code ?? 'error'
