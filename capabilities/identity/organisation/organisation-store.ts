import { createHash } from 'node:crypto'
import type { StagePool, Transaction } from '../../../kernel/db/database.ts'
import { appendEntry } from '../../../kernel/ledger/entry.ts'
import { sealPersonal } from '../../../kernel/ledger/personal.ts'
import { shownText } from '../person-text.ts'
import { type Logo, logoOf } from './logo.ts'

/** The organisation as somebody gave it, checked. */
export interface CheckedOrganisation {
  readonly name: string
  readonly logo: Logo | null
}

/** @throws {BergfriedError} `identity.logo_invalid`, `identity.text_invalid` */
export const checkOrganisation = (given: {
  readonly name: string
  readonly logo: string | null
}): CheckedOrganisation => ({
  name: shownText('organisation', given.name),
  logo: given.logo === null ? null : logoOf(given.logo),
})

/** Stores name and logo, with the entry about it. Nothing is written where nothing changes. */
export async function storeOrganisation(
  tx: Transaction,
  { name, logo }: CheckedOrganisation,
  by: string,
  now: Date,
): Promise<void> {
  const changed = await tx.query(
    `insert into desk.organisation as o (name, logo, logo_type, changed_at) values ($1, $2, $3, $4)
     on conflict (singleton) do update set name = $1, logo = $2, logo_type = $3, changed_at = $4
     where (o.name, o.logo, o.logo_type) is distinct from ($1, $2, $3) returning 1`,
    [name, logo?.bytes ?? null, logo?.type ?? null, now],
  )
  if (changed.length === 0) return
  await appendEntry(tx, now, 'organisation', {
    name,
    logo: logo === null ? null : createHash('sha256').update(logo.bytes).digest('hex'),
    by: await sealPersonal(tx, now, by, { by }),
  })
}

/** Name, and the address of the logo, which changes with the logo. */
export async function readOrganisation(publish: StagePool): Promise<{ name: string | null; logo: string | null }> {
  const [row] = await publish.query<{ name: string; digest: Buffer | null }>(
    'select name, sha256(logo) as digest from desk.organisation',
  )
  const digest = row?.digest ?? null
  return { name: row?.name ?? null, logo: digest === null ? null : `/organisation/logo?v=${shortOf(digest)}` }
}

export async function readLogo(publish: StagePool): Promise<Logo | null> {
  const [row] = await publish.query<Logo>(
    'select logo as bytes, logo_type as type from desk.organisation where logo is not null',
  )
  return row ?? null
}

/** What the address of a logo ends with. */
export const logoVersion = ({ bytes }: Logo): string => shortOf(createHash('sha256').update(bytes).digest())

const shortOf = (digest: Buffer): string => digest.toString('hex').slice(0, 16)
