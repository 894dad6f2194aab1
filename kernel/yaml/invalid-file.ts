import { BergfriedError } from '../errors.ts'
import type { Problem } from './parse-yaml.ts'

/** A problem and the file that it is in. */
export interface FileProblem extends Problem {
  readonly file: string
}

/**
 * The error for files with problems: the first one with file, line and reason (`reason` English, `reasonDe` German),
 * and how many others there are.
 */
export function invalidFile(
  code: 'policy.invalid' | 'config.invalid',
  problems: readonly [FileProblem, ...FileProblem[]],
): BergfriedError {
  const [first, ...others] = problems
  const more = others.length
  return new BergfriedError(code, {
    file: first.file,
    line: first.line,
    reason: more > 0 ? `${first.reason.en} (and ${more} more)` : first.reason.en,
    reasonDe: more > 0 ? `${first.reason.de} (und ${more} weitere)` : first.reason.de,
    others: more,
  })
}
