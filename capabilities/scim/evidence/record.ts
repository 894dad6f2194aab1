import { createHash } from 'node:crypto'
import type { Transaction } from '../../../kernel/db/database.ts'
import type { Json } from '../../../kernel/ledger/canonical-json.ts'
import { appendEntry, type EntryKind } from '../../../kernel/ledger/entry.ts'
import { sealPersonal } from '../../../kernel/ledger/personal.ts'
import type { ScimChange } from '../contract.ts'
import { personOf } from '../settle-user.ts'

const KIND: EntryKind = 'configuration'

/** More identifiers than these are told by number and digest: an entry has 60,000 bytes. */
const MOST_TOLD = 400

/** What can happen to a person that a provider keeps. */
export type UserEvent = 'user_created' | 'user_changed' | 'user_deactivated' | 'user_reactivated' | 'user_deleted'

/** Appends what happened to a person, in the caller's transaction. Names stand in it sealed. */
export async function recordUser(
  tx: Transaction,
  at: Date,
  event: UserEvent,
  about: {
    readonly id: string
    readonly change: ScimChange
    readonly attributes: readonly string[]
    readonly by: string
  },
): Promise<void> {
  const { userName, externalId, displayName, email, active } = about.change
  const person = personOf(about.change)
  await appendEntry(tx, at, KIND, {
    part: 'scim',
    event,
    user: about.id,
    active,
    attributes: about.attributes,
    who: await sealPersonal(tx, at, person, { userName, externalId, displayName, email }),
    by: await sealPersonal(tx, at, about.by, { by: about.by }),
  } as Json)
}

export type GroupEvent = 'group_created' | 'group_changed' | 'group_deleted'

/** Appends what happened to a group, in the caller's transaction. Members are told by their numbers here, which name nobody. */
export async function recordGroup(
  tx: Transaction,
  at: Date,
  event: GroupEvent,
  about: {
    readonly id: string
    readonly attributes: readonly string[]
    readonly added: readonly string[]
    readonly removed: readonly string[]
    readonly by: string
  },
): Promise<void> {
  await appendEntry(tx, at, KIND, {
    part: 'scim',
    event,
    group: about.id,
    attributes: about.attributes,
    added: told(about.added),
    removed: told(about.removed),
    by: await sealPersonal(tx, at, about.by, { by: about.by }),
  } as Json)
}

const told = (ids: readonly string[]): Json => {
  const sorted = [...ids].sort()
  if (sorted.length <= MOST_TOLD) return sorted
  return { count: sorted.length, sha256: createHash('sha256').update(sorted.join('\n')).digest('hex') }
}
