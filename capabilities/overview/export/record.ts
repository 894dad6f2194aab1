import type { RouteDeps } from '../../../kernel/http/route.ts'
import { appendEntry } from '../../../kernel/ledger/entry.ts'
import { sealPersonal } from '../../../kernel/ledger/personal.ts'

/** Records that somebody takes a table out as a file, before the first byte leaves. */
export function recordTableExport(
  { database, clock }: Pick<RouteDeps, 'database' | 'clock'>,
  by: string,
  taken: { readonly table: string; readonly format: string; readonly filter: Readonly<Record<string, unknown>> },
): Promise<number> {
  const at = clock.now()
  return database.stage('bf_desk').transaction(async (tx) =>
    appendEntry(tx, at, 'export', {
      by: await sealPersonal(tx, at, by, { by, filter: JSON.stringify(taken.filter) }),
      table: taken.table,
      format: taken.format,
    }),
  )
}
