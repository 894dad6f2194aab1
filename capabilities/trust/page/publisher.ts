import type { StagePool } from '../../../kernel/db/database.ts'

/** Whose page it is. */
export interface Publisher {
  readonly name: string
  /** Address of the logo on this server, or null. */
  readonly logo: string | null
}

/**
 * @param pool - as `bf_publish`
 * @param inCopy - where the page is a copy, the logo lies beside it
 * @returns null where nobody has entered a name yet
 */
export async function publisherOf(pool: StagePool, inCopy = false): Promise<Publisher | null> {
  const [row] = await pool.query<{ name: string; digest: string | null; type: string | null }>(
    `select name, left(encode(sha256(logo), 'hex'), 16) as digest, logo_type as type from desk.organisation`,
  )
  if (row === undefined) return null
  const at = inCopy ? `/trust/logo.${ENDINGS[row.type ?? ''] ?? 'png'}` : '/organisation/logo'
  return { name: row.name, logo: row.digest === null ? null : `${at}?v=${row.digest}` }
}

/** Types of pictures that the product takes, with the ending of a file of it. */
const ENDINGS: Readonly<Record<string, string>> = { 'image/png': 'png', 'image/svg+xml': 'svg', 'image/webp': 'webp' }

/** The logo as a file of a copy of the page, or null where there is none. */
export async function logoFile(pool: StagePool): Promise<{ readonly path: string; readonly body: Buffer } | null> {
  const [row] = await pool.query<{ logo: Buffer | null; type: string | null }>(
    'select logo, logo_type as type from desk.organisation',
  )
  const ending = ENDINGS[row?.type ?? '']
  return row?.logo == null || ending === undefined ? null : { path: `trust/logo.${ending}`, body: row.logo }
}
