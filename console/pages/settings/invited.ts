/** A link that lets somebody in once; shown once. */
export interface Invited {
  readonly link: string
  readonly until: string
}
