import { type Column, writeColumn } from './associated-data.ts'
import { CanonicalWriter } from './canonical.ts'
import { checkKeyId } from './envelope.ts'
import { invalid } from './errors.ts'

/** What a key is for: values, a blind index, or keyed hashes of secrets that are only checked. */
export type KeyPurpose = 'data' | 'index' | 'check'
export const KEY_PURPOSES: readonly KeyPurpose[] = ['data', 'index', 'check']

/** Where a key applies. With a subject (a person), the values of that person alone can be made unreadable. */
export interface KeyScope extends Column {
  readonly subject?: string
}

/** Same bytes for the same key identity and for no other: what wraps, checks and derivations of a key are bound to. */
export function keyContext(purpose: KeyPurpose, scope: KeyScope, keyId: number): Uint8Array {
  checkKeyId(keyId)
  if (!KEY_PURPOSES.includes(purpose)) throw invalid('a key is for data, index or check')
  const writer = new CanonicalWriter()
  writer.part('bfc1 key', 'the label')
  writer.part(purpose, 'the purpose')
  writeColumn(writer, scope)
  writeSubject(writer, scope.subject)
  writer.part(keyId, 'the key id')
  return writer.copy()
}

/** A text that is the same for scopes that are the same and for no others; for maps. */
export function scopeName(purpose: KeyPurpose, scope: KeyScope): string {
  return JSON.stringify([purpose, scope.tenant, scope.subject ?? null, scope.table, scope.column])
}

function writeSubject(writer: CanonicalWriter, subject: string | undefined): void {
  if (subject === '') throw invalid('the subject needs a name')
  if (subject === undefined) writer.absent()
  else writer.part(subject, 'the subject')
}
