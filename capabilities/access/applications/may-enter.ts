import type { Transaction } from '../../../kernel/db/database.ts'

/** Whether a grant of somebody for an application is live now; or one by its number. Locks count, though they end grants anyway. */
export async function mayEnter(
  tx: Transaction,
  at: Date,
  who: { readonly person: string; readonly application: string } | { readonly grant: string },
): Promise<boolean> {
  const [person, application, grant] = 'grant' in who ? [null, null, who.grant] : [who.person, who.application, null]
  const rows = await tx.query(
    `select from access."grant" g
     where g.kind = 'application' and g.ended_at is null and g.from_at <= $4 and g.until > $4
       and ($1::text is null or g.person = $1) and ($2::text is null or g.system = $2) and ($3::uuid is null or g.id = $3)
       and not exists (select from access.lock l where l.kind = 'person' and l.target = g.person and l.lifted_at is null)
     limit 1`,
    [person, application, grant, at],
  )
  return rows.length > 0
}
