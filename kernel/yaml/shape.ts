import * as z from 'zod'
import type { Text } from '../i18n/text.ts'
import type { PositionedYaml, Problem } from './parse-yaml.ts'

/**
 * Checks a parsed document against a shape.
 *
 * @returns the value with its defaults, or every deviation with its line, what was expected and what was found
 */
export function fitShape<S extends z.ZodType>(
  yaml: PositionedYaml,
  schema: S,
): { readonly value: z.output<S> } | { readonly problems: readonly Problem[] } {
  if (yaml.problems.length > 0) return { problems: yaml.problems }
  const result = schema.safeParse(yaml.value)
  if (result.success) return { value: result.data }
  return { problems: result.error.issues.flatMap((issue) => problemsOf(issue, yaml)) }
}

/** An object that knows no other fields, and says which ones it knows. */
export const fields = <S extends z.ZodRawShape>(shape: S): z.ZodObject<S, z.core.$strict> =>
  z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? Object.keys(shape).join(', ') : undefined),
  })

/** What a schema says of a wrong value, in both languages: "expected is ..." */
export const expected = (text: Text): string => JSON.stringify(text)

/** What a schema says of a wrong value where "expected is ..., found was ..." would not help: half a sentence. */
export const because = (text: Text): string => JSON.stringify({ because: text })

/** A text that matches a pattern; `what` names it for the reader. */
export const pattern = (regex: RegExp, what: Text): z.ZodString => z.string().regex(regex, expected(what))

/** Texts of a person may be shown; what stands below these names may be a secret that landed in the wrong place. */
const NEVER_SHOWN = new Set<PropertyKey>([
  'password',
  'connection',
  'url',
  'endpoint',
  'secretKey',
  'pin',
  'clientSecret',
])

function problemsOf(issue: z.core.$ZodIssue, yaml: PositionedYaml): Problem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      line: yaml.lineOf([...issue.path, key]),
      reason: {
        de: `unbekanntes Feld „${place([...issue.path, key])}“, erlaubt sind ${issue.message}`,
        en: `unknown field “${place([...issue.path, key])}”, allowed are ${issue.message}`,
      },
    }))
  }
  return [{ line: yaml.lineOf(issue.path), reason: reasonOf(issue, valueAt(yaml.value, issue.path)) }]
}

function reasonOf(issue: z.core.$ZodIssue, found: unknown): Text {
  const where = place(issue.path)
  if (found === undefined && issue.path.length > 0) {
    return { de: `das Feld „${where}“ fehlt`, en: `the field “${where}” is missing` }
  }
  const at = where === '' ? { de: '', en: '' } : { de: `„${where}“: `, en: `“${where}”: ` }
  if (issue.message.startsWith('{"because":')) {
    const { because: text } = JSON.parse(issue.message) as { because: Text }
    return { de: at.de + text.de, en: at.en + text.en }
  }
  const want = wanted(issue)
  const have = shown(issue, found)
  return {
    de: `${at.de}erwartet wird ${want.de}, gefunden wurde ${have.de}`,
    en: `${at.en}expected is ${want.en}, found was ${have.en}`,
  }
}

function wanted(issue: z.core.$ZodIssue): Text {
  if (issue.message.startsWith('{"de":')) return JSON.parse(issue.message) as Text
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? { de: issue.expected, en: issue.expected }
    case 'invalid_value':
      return oneOf(issue.values.map(String))
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options)
        ? oneOf(issue.options.map(String))
        : { de: 'eine der erlaubten Formen', en: 'one of the allowed forms' }
    case 'too_small':
      return { de: `mindestens ${issue.minimum} (${UNITS.de})`, en: `at least ${issue.minimum} (${UNITS.en})` }
    case 'too_big':
      return { de: `höchstens ${issue.maximum} (${UNITS.de})`, en: `at most ${issue.maximum} (${UNITS.en})` }
    case 'invalid_format':
      return FORMATS[issue.format] ?? { de: issue.format, en: issue.format }
    case 'invalid_key':
      return { de: 'ein gültiger Feldname', en: 'a valid field name' }
    default:
      return { de: issue.message, en: issue.message }
  }
}

const UNITS: Text = { de: 'Zeichen oder Einträge', en: 'characters or entries' }

const oneOf = (values: readonly string[]): Text => ({
  de: values.length === 1 ? `„${values[0]}“` : `eines von ${values.join(', ')}`,
  en: values.length === 1 ? `“${values[0]}”` : `one of ${values.join(', ')}`,
})

const TYPES: Readonly<Record<string, Text>> = {
  string: { de: 'ein Text', en: 'a text' },
  number: { de: 'eine Zahl', en: 'a number' },
  int: { de: 'eine ganze Zahl', en: 'a whole number' },
  boolean: { de: 'true oder false', en: 'true or false' },
  array: { de: 'eine Liste', en: 'a list' },
  object: { de: 'ein Block mit Feldern', en: 'a block of fields' },
  record: { de: 'ein Block mit Feldern', en: 'a block of fields' },
  null: { de: 'nichts', en: 'nothing' },
}

const FORMATS: Readonly<Record<string, Text>> = {
  duration: {
    de: 'eine Dauer nach ISO 8601 wie PT24H oder P1Y',
    en: 'an ISO 8601 duration such as PT24H or P1Y',
  },
}

/** What was found: its kind, and the value itself where it is a short text that cannot be a secret. */
function shown(issue: z.core.$ZodIssue, found: unknown): Text {
  const kind = found === null ? 'null' : Array.isArray(found) ? 'array' : typeof found
  const type = TYPES[kind] ?? { de: 'nichts', en: 'nothing' }
  if (kind === 'number' && issue.code === 'invalid_type' && issue.expected === 'string') {
    return { de: 'eine Zahl (in Anführungszeichen setzen)', en: 'a number (put it in quotes)' }
  }
  if (issue.path.some((p) => NEVER_SHOWN.has(p))) return type
  if (kind === 'boolean' || kind === 'number') return { de: String(found), en: String(found) }
  if (kind !== 'string' || issue.code === 'invalid_type') return type
  const text = String(found).replace(/\s+/g, ' ')
  const short = text.length > 60 ? `${text.slice(0, 60)}…` : text
  return { de: `„${short}“`, en: `“${short}”` }
}

/** `claim.de`, `checks[2]`. */
const place = (path: readonly PropertyKey[]): string =>
  path.map((step, n) => (typeof step === 'number' ? `[${step}]` : n === 0 ? String(step) : `.${String(step)}`)).join('')

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let here: unknown = value
  for (const step of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, step)) return undefined
    here = (here as Record<PropertyKey, unknown>)[step]
  }
  return here
}
