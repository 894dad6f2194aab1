/** Says whether a value that came from outside has a shape. Nothing is coerced. */
export type Shape<T> = (value: unknown) => value is T

export type Fits<S> = S extends Shape<infer T> ? T : never

export const isText =
  (longest: number): Shape<string> =>
  (value): value is string =>
    typeof value === 'string' && value.length <= longest && value.isWellFormed()

export const isBoolean: Shape<boolean> = (value): value is boolean => typeof value === 'boolean'

/** A whole number from 0 to 2^53 - 1. */
export const isCount: Shape<number> = (value): value is number => Number.isSafeInteger(value) && (value as number) >= 0

export const isOneOf =
  <const T extends string>(...allowed: readonly T[]): Shape<T> =>
  (value): value is T =>
    allowed.some((one) => one === value)

export const orNull =
  <T>(inner: Shape<T>): Shape<T | null> =>
  (value): value is T | null =>
    value === null || inner(value)

export const isListOf =
  <T>(inner: Shape<T>, most: number): Shape<T[]> =>
  (value): value is T[] =>
    Array.isArray(value) && value.length <= most && value.every(inner)

/** A plain object with exactly these fields, none missing, none more. */
export const isObjectOf =
  <const S extends Readonly<Record<string, Shape<unknown>>>>(
    fields: S,
  ): Shape<{ readonly [K in keyof S]: Fits<S[K]> }> =>
  (value): value is { readonly [K in keyof S]: Fits<S[K]> } => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
    const names = Object.keys(value)
    return (
      names.length === Object.keys(fields).length &&
      names.every((name) => {
        const shape = Object.hasOwn(fields, name) ? fields[name] : undefined
        return shape?.((value as Record<string, unknown>)[name]) === true
      })
    )
  }

/** The value of a JSON text with this shape, or null. */
export function parseShape<T>(text: string, shape: Shape<T>): T | null {
  try {
    const value: unknown = JSON.parse(text)
    return shape(value) ? value : null
  } catch {
    return null
  }
}
