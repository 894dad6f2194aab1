import type { StagePool } from '../../../kernel/db/database.ts'
import { appendEntry } from '../../../kernel/ledger/entry.ts'
import { sealPersonal } from '../../../kernel/ledger/personal.ts'
import type { ExportedPack } from './export-pack.ts'

/**
 * Records that somebody took what the evidence says of people out in clear: who, of which time and controls, and the digest of
 * the archive. Called before the archive is handed over.
 *
 * @returns position of the entry
 */
export function recordExport(desk: StagePool, by: string, at: Date, pack: ExportedPack): Promise<number> {
  const { window, controls, complete } = pack.manifest
  return desk.transaction(async (tx) =>
    appendEntry(tx, at, 'export', {
      by: await sealPersonal(tx, at, by, { by }),
      sha256: pack.sha256,
      from: window.from,
      to: window.to,
      // An entry has at most 60,000 bytes; a policy may have more controls than fit.
      controls: complete ? null : controls.slice(0, 2000),
    }),
  )
}

/** Records that somebody took the state of controls out in a foreign format. Called before the first byte leaves. */
export function recordStateExport(
  desk: StagePool,
  by: string,
  at: Date,
  taken: { readonly format: 'oscal' | 'ocsf'; readonly controls: readonly string[] | null; readonly of: Date },
): Promise<number> {
  return desk.transaction(async (tx) =>
    appendEntry(tx, at, 'export', {
      by: await sealPersonal(tx, at, by, { by }),
      format: taken.format,
      at: taken.of.toISOString(),
      controls: taken.controls === null ? null : taken.controls.slice(0, 2000),
    }),
  )
}
