import { type Checkpoint, openCheckpoint } from '../../../engines/tlog/checkpoint.ts'
import { TlogError } from '../../../engines/tlog/errors.ts'
import { parseVerifierKey } from '../../../engines/tlog/note.ts'
import type { ReadTile } from '../../../engines/tlog/tile-reader.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import type { EvidenceLog } from '../../../kernel/ledger/evidence-log.ts'
import { tilesOf } from '../log/log-tiles.ts'

/** What an export needs of the log: who it is, and its files. */
export type PublishedLog = Pick<EvidenceLog, 'identity' | 'read'>

/** The log as it stands under one published checkpoint: later growth is not seen. */
export interface LogView {
  readonly note: string
  readonly checkpoint: Checkpoint
  readonly readTile: ReadTile
}

/**
 * Opens the log at its published checkpoint. Reading a tile throws `evidence.store` where it is missing.
 *
 * @throws {BergfriedError} `evidence.not_sealed` where nothing is published, `evidence.store` where the checkpoint is not the log's
 */
export async function viewOf(log: PublishedLog): Promise<LogView> {
  const bytes = await log.read('checkpoint')
  if (bytes === null) throw new BergfriedError('evidence.not_sealed', { position: 0 })
  const note = Buffer.from(bytes).toString('utf8')
  try {
    const checkpoint = await openCheckpoint(note, parseVerifierKey(log.identity.verifierKey))
    return { note, checkpoint, readTile: tilesOf(log) }
  } catch (error) {
    if (!(error instanceof TlogError)) throw error
    throw new BergfriedError('evidence.store', {
      what: 'checkpoint',
      reason: `it is not signed by this log (${error.message})`,
      reasonDe: `er ist nicht von diesem Protokoll unterschrieben (${error.message})`,
    })
  }
}
