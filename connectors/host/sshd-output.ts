import { clip } from './clip.ts'

/** Effective values by keyword in lower case; several where the keyword may be repeated. */
export type SshdValues = ReadonlyMap<string, readonly string[]>

/** Keywords whose values may hold a secret behind the first word or behind "=". */
const CUT: Readonly<Record<string, RegExp>> = { setenv: /=.*/, forcecommand: /\s.*/ }

const LONGEST = 4096

/**
 * Reads what `sshd -T` prints: a keyword and its value per line.
 *
 * Of `setenv` only the names stay, of `forcecommand` only the program: arguments and values may be secrets.
 */
export function parseSshdOutput(text: string): SshdValues {
  const values = new Map<string, string[]>()
  for (const line of text.split('\n')) {
    const at = line.search(/\s/)
    const keyword = (at === -1 ? line : line.slice(0, at)).toLowerCase()
    if (!/^[a-z0-9]{1,64}$/.test(keyword)) continue
    const value = at === -1 ? '' : line.slice(at).trim()
    const known = values.get(keyword) ?? []
    known.push(...publicValues(keyword, value))
    values.set(keyword, known)
  }
  return values
}

/** The value as it may be shown. `setenv A=1 B=2` are two values. */
export function publicValues(keyword: string, value: string): readonly string[] {
  const parts = keyword === 'setenv' ? value.split(/\s+/) : [value]
  const cut = Object.hasOwn(CUT, keyword) ? CUT[keyword] : undefined
  return parts.map((part) => clip(cut === undefined ? part : part.replace(cut, ''), LONGEST))
}

/** The keywords of `values` that do not have the same values in `base`. */
export function differing(values: SshdValues, base: SshdValues): SshdValues {
  return new Map([...values].filter(([keyword, list]) => list.join('\n') !== base.get(keyword)?.join('\n')))
}
