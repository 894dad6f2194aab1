/** What can be wrong with a file, a recipient or an identity. Never says what was inside, nor anything of a key. */
export type AgeProblem =
  | 'recipient' // not an age1… key
  | 'identity' // not an AGE-SECRET-KEY-1… key
  | 'header' // not the header of an age file, v1
  | 'no_match' // none of the identities opens it
  | 'mac' // the header was changed
  | 'payload' // a chunk was changed, left out, repeated or cut off

export class AgeError extends Error {
  readonly problem: AgeProblem

  constructor(problem: AgeProblem, message: string) {
    super(message)
    this.name = 'AgeError'
    this.problem = problem
  }
}
