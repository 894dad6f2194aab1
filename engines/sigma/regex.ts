import { RE2JS, RE2JSException } from 're2js'
import { isBounded } from './bounded-expression.ts'
import { SigmaError } from './errors.ts'

/** Patterns beyond this length are refused: a program of RE2 grows with counted repetitions. */
const MAX_PATTERN = 4096

/** A compiled expression: whether it is found anywhere in a text, in time linear in the text. */
interface Expression {
  test(text: string): boolean
}

/**
 * Compiles an expression of a rule (`re`, flags of `i`, `m`, `s`) for the engine RE2, which knows no backtracking: no
 * pattern makes it slow. Expressions of bounded work run on the platform's engine, ten times as fast. Look-around and back references are not of the flavour that Sigma allows, and are refused.
 */
export function expression(source: string, flags: string): Expression {
  if (source.length > MAX_PATTERN)
    throw new SigmaError('too_large', `regular expression of ${source.length} characters`)
  let bits = 0
  if (flags.includes('i')) bits |= RE2JS.CASE_INSENSITIVE
  if (flags.includes('m')) bits |= RE2JS.MULTILINE
  if (flags.includes('s')) bits |= RE2JS.DOTALL
  try {
    // Always compiled: what RE2 refuses is refused, whoever runs it.
    const compiled = RE2JS.compile(source, bits)
    if (flags === '' && isBounded(source)) {
      const native = new RegExp(source)
      return { test: (text) => native.test(text) }
    }
    return { test: (text) => compiled.test(text) }
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error
    throw new SigmaError('unsupported', `regular expression: ${error.message.slice(0, 200)}`)
  }
}
