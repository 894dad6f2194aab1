import { BergfriedError } from '../../kernel/errors.ts'

/**
 * An identifier in quotes, as PostgreSQL reads it (manual, "Identifiers and Key Words"). Names come from the configuration or from
 * the catalogue of the observed side.
 *
 * @throws {BergfriedError} `collect.unreadable` it holds a null character or is longer than a name can be
 */
export function quoted(...names: readonly string[]): string {
  return names
    .map((name) => {
      if (name === '' || name.includes('\0') || Buffer.byteLength(name) > 255)
        throw new BergfriedError('collect.unreadable', { what: 'identifier', reason: 'not a name' })
      return `"${name.replaceAll('"', '""')}"`
    })
    .join('.')
}
