import { FieldError } from '../core/field-error.ts'
import type { Fields } from '../core/fields.ts'
import type { Row } from '../core/value.ts'

/** Makes the parameter that is really sent. */
type Resolve = (fields: Fields) => Promise<unknown>

/**
 * Stands in a query where ciphertext will be, because plugins of Kysely work synchronously and sealing does not. It never lets the
 * value out: a driver that is handed a marker itself gets an error instead of clear text.
 */
export class Marker {
  readonly #resolve: Resolve

  constructor(resolve: Resolve) {
    this.#resolve = resolve
  }

  resolve(fields: Fields): Promise<unknown> {
    return this.#resolve(fields)
  }

  /** What `pg` calls to send an object. */
  toPostgres(): never {
    throw new FieldError('not_declared', 'the dialect of Kysely is not the one of encryptedKysely: nothing was sent')
  }

  /** What other drivers call. */
  toJSON(): never {
    return this.toPostgres()
  }
}

/** One value of one row: markers for its column and, where it has one, its index, sealed together once. */
export function cellMarkers(table: string, column: string, value: unknown, known: Row): (wanted: string) => Marker {
  let sealed: Promise<Record<string, unknown>> | undefined
  return (wanted) =>
    new Marker(async (fields) => {
      sealed ??= fields.seal(table, { [column]: value }, known)
      return (await sealed)[wanted]
    })
}
