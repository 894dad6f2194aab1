/**
 * What an application did that cannot be done with an encrypted column.
 *
 * - `no_row_key`: the primary key (or the tenant) of the row is not known where it is needed.
 * - `not_searchable`: a comparison that ciphertext cannot answer; only equality by a blind index can be.
 * - `not_declared`: no such column was declared. `wrong_type`: a value of another type than declared.
 * - `conflict`: somebody else changed keys at the same moment.
 */
export type FieldProblem = 'no_row_key' | 'not_searchable' | 'not_declared' | 'wrong_type' | 'conflict'

/** The one error of the adapters. Names of tables and columns alone; never a value. */
export class FieldError extends Error {
  override readonly name = 'FieldError'
  readonly problem: FieldProblem

  constructor(problem: FieldProblem, message: string) {
    super(message)
    this.problem = problem
  }
}
