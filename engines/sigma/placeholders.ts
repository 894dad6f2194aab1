import { SigmaError } from './errors.ts'
import { text, type Value } from './values.ts'
import { readPattern } from './wildcard.ts'

/** What stands for `%name%`: one value or several, each with wildcards as in a rule. */
export type Placeholders = Readonly<Record<string, readonly string[]>>

/** Most values that the placeholders of one value may make. */
const MAX_VALUES = 10_000

/**
 * Replaces the placeholders of a value (Sigma Rules Specification, Placeholders). A name without values rejects the rule:
 * a rule that silently matches "%Servers%" as text would never fire. A value without a placeholder stays as it is.
 */
export function expand(value: Value, placeholders: Placeholders): readonly Value[] {
  if (value.v !== 'text') throw new SigmaError('malformed', '"expand" goes with text')
  let raws = ['']
  for (const piece of piecesOf(value.raw)) {
    const given = piece.name === null ? [piece.text] : valuesOf(piece.name, placeholders)
    raws = raws.flatMap((raw) => given.map((next) => raw + next))
    if (raws.length > MAX_VALUES) throw new SigmaError('too_large', 'placeholders make too many values')
  }
  return raws.map((raw) => ({ ...text(raw), parts: readPattern(raw, true) }) as Value)
}

function valuesOf(name: string, placeholders: Placeholders): readonly string[] {
  const given = Object.hasOwn(placeholders, name) ? placeholders[name] : undefined
  if (given === undefined || given.length === 0) {
    throw new SigmaError('unresolved', `placeholder %${name.slice(0, 64)}% has no value`)
  }
  return given
}

function piecesOf(raw: string): { text: string; name: string | null }[] {
  const pieces: { text: string; name: string | null }[] = []
  let plain = ''
  for (let i = 0; i < raw.length; i++) {
    if (raw[i] === '\\') {
      plain += raw.slice(i, i + 2)
      i++
      continue
    }
    const found = raw[i] === '%' ? nameAt(raw, i) : null
    if (found === null) {
      plain += raw[i]
      continue
    }
    pieces.push({ text: plain, name: null }, { text: '', name: found[1] ?? '' })
    plain = ''
    i += found[0].length - 1
  }
  pieces.push({ text: plain, name: null })
  return pieces
}

const NAME = /%([^%\\*?\s]{1,128})%/y

function nameAt(raw: string, at: number): RegExpExecArray | null {
  NAME.lastIndex = at
  return NAME.exec(raw)
}
