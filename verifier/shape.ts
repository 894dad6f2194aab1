import { Refuted } from './refuse.ts'
import { both } from './result.ts'

/** Takes a value apart that nobody vouches for. Throws {@link Refuted} with the place; nothing unknown passes. */
export type Reader<T> = (value: unknown, place: string) => T

const refuse = (place: string, de: string, en: string): never => {
  throw new Refuted(both(`${place}: ${de}.`, `${place}: ${en}.`))
}

/** A string of at most so many characters that the pattern matches whole. */
export const string =
  (most: number, pattern: RegExp = /^\P{Cc}*$/u): Reader<string> =>
  (value, place) =>
    typeof value === 'string' && value.length <= most && value.isWellFormed() && pattern.test(value)
      ? value
      : refuse(place, 'kein Text der erwarteten Form', 'not a text of the expected form')

/** A whole number from 0 on. */
export const whole =
  (most: number = Number.MAX_SAFE_INTEGER): Reader<number> =>
  (value, place) =>
    Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= most && !Object.is(value, -0)
      ? (value as number)
      : refuse(place, `keine ganze Zahl von 0 bis ${most}`, `not a whole number from 0 to ${most}`)

/** Exactly one of these words. */
export const oneOf =
  <const T extends string | number>(...words: readonly T[]): Reader<T> =>
  (value, place) =>
    words.find((word) => word === value) ?? refuse(place, 'kein erwarteter Wert', 'not an expected value')

/** An instant as `toISOString` writes it: UTC with milliseconds. */
export const instant: Reader<string> = (value, place) => {
  const at = typeof value === 'string' && value.length === 24 ? Date.parse(value) : Number.NaN
  return Number.isFinite(at) && new Date(at).toISOString() === value
    ? (value as string)
    : refuse(place, 'kein Zeitpunkt in UTC', 'not an instant in UTC')
}

export const nullable =
  <T>(reader: Reader<T>): Reader<T | null> =>
  (value, place) =>
    value === null ? null : reader(value, place)

export const list =
  <T>(item: Reader<T>, most: number): Reader<readonly T[]> =>
  (value, place) =>
    Array.isArray(value) && value.length <= most
      ? value.map((one, i) => item(one, `${place}[${i}]`))
      : refuse(place, `keine Liste bis ${most}`, `not a list of up to ${most}`)

/** True or false. */
export const flag: Reader<boolean> = (value, place) =>
  typeof value === 'boolean' ? value : refuse(place, 'weder wahr noch falsch', 'neither true nor false')

/** An object with exactly these members. Those named in `optional` may be missing. */
export function object<S extends Readonly<Record<string, Reader<unknown>>>>(
  shape: S,
  optional: readonly (keyof S & string)[] = [],
): Reader<{ readonly [K in keyof S]: ReturnType<S[K]> }> {
  return (value, place) => {
    if (value === null || typeof value !== 'object' || Array.isArray(value))
      return refuse(place, 'kein Objekt', 'not an object')
    for (const name of Object.keys(value)) {
      if (!Object.hasOwn(shape, name)) refuse(`${place}.${name.slice(0, 40)}`, 'unbekanntes Feld', 'unknown member')
    }
    const read: Record<string, unknown> = {}
    for (const [name, reader] of Object.entries(shape)) {
      const has = Object.hasOwn(value, name)
      if (!has && !optional.includes(name)) refuse(`${place}.${name}`, 'fehlt', 'is missing')
      if (has) read[name] = reader((value as Record<string, unknown>)[name], `${place}.${name}`)
    }
    return read as { readonly [K in keyof S]: ReturnType<S[K]> }
  }
}

/** Parses JSON of at most so many characters. @throws {Refuted} */
export function parseJson(text: string, most: number, what: string): unknown {
  if (text.length > most) refuse(what, `länger als ${most} Zeichen`, `longer than ${most} characters`)
  try {
    return JSON.parse(text)
  } catch {
    return refuse(what, 'kein JSON', 'not JSON')
  }
}
