import type { Transaction } from '../../../../kernel/db/database.ts'
import type { Json } from '../../../../kernel/ledger/canonical-json.ts'
import { openPersonal, type SealedPersonal } from '../../../../kernel/ledger/personal.ts'
import { rowsOf } from '../cursor.ts'
import { CONCERNS, concernParams, type Scope } from '../scope.ts'
import type { PackWriter } from './pack-writer.ts'

/**
 * Writes what the opened entries say of people, in clear, beside them (`personal/`): the entries themselves stay as they were
 * committed to. Of a person who was erased there is no key, so there is no line.
 */
export async function writePersonal(
  tx: Transaction,
  pack: PackWriter,
  scope: Scope,
  window: readonly [number, number],
): Promise<number> {
  const lines = pack.lines('personal')
  const keys = new Map<string, Uint8Array | null>()
  const rows = rowsOf<{ position: number; body: string }>(
    tx,
    'personal',
    `select e.position, e.body from evidence.entry e
     where e.position between $5 and $6 and e.body like '%"sealed":%' and ${CONCERNS} order by e.position`,
    [...concernParams(scope), ...window],
  )
  for await (const { position, body } of rows) {
    for (const [member, sealed] of sealedMembers(JSON.parse(body) as Json)) {
      const key = keys.get(sealed.subject) ?? (await keyOf(tx, sealed.subject))
      if (keys.size > 10_000) keys.clear()
      keys.set(sealed.subject, key)
      const values = key === null ? null : openPersonal(sealed, key)
      if (values !== null) await lines.add({ position, member, subject: sealed.subject, values })
    }
  }
  await lines.close()
  return lines.count
}

async function keyOf(tx: Transaction, subject: string): Promise<Uint8Array | null> {
  const [row] = await tx.query<{ key: Uint8Array | null }>('select key from evidence.subject where id = $1', [subject])
  return row?.key ?? null
}

/** The sealed members of a body with the path to each, for example `owner`. */
export function* sealedMembers(value: Json, path = ''): Generator<[string, SealedPersonal]> {
  if (value === null || typeof value !== 'object') return
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) yield* sealedMembers(item as Json, `${path}/${i}`)
    return
  }
  const { subject, sealed } = value as { readonly [key: string]: Json | undefined }
  if (typeof subject === 'string' && typeof sealed === 'string') yield [path, { subject, sealed }]
  else for (const [name, item] of Object.entries(value)) yield* sealedMembers(item as Json, `${path}/${name}`)
}
