/** Detection, as the rest of the product sees it. */
export interface DetectionDesk {
  /** Rules that can raise an alert. */
  readonly rules: number
  /** Rules that could not be taken. */
  readonly problems: readonly {
    readonly file: string
    readonly line: number
    readonly code: string
    readonly reason: string
  }[]
}
