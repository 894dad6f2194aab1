import type { Transaction } from '../../../kernel/db/database.ts'

/** What authenticators show as the place that one signs in to: the organisation, or the product before it has a name. */
export async function houseName(stage: Transaction): Promise<string> {
  const [row] = await stage.query<{ name: string }>('select name from desk.organisation')
  return row?.name ?? 'Bergfried'
}
