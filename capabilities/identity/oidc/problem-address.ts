import { BergfriedError } from '../../../kernel/errors.ts'

/**
 * Where a browser is led when something expected failed: a page of the console that says it, by the code.
 *
 * @throws whatever is not expected
 */
export function problemAddress(page: string, error: unknown): string {
  if (!(error instanceof BergfriedError)) throw error
  return `${page}?problem=${encodeURIComponent(error.code)}`
}
