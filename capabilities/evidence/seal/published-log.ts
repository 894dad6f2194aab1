import { utf8 } from '../../../engines/tlog/bytes.ts'
import { formatProof } from '../../../engines/tlog/offline-proof.ts'
import { parseTilePath, widthAt } from '../../../engines/tlog/tile.ts'
import { inclusionProof } from '../../../engines/tlog/tile-reader.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import type { EvidenceLog, LogIdentity, LogStatus } from '../../../kernel/ledger/evidence-log.ts'
import type { LogReader } from '../log/log-store.ts'
import { readLogTile } from '../log/log-tiles.ts'
import type { Publisher } from './publisher.ts'

/** The log as everybody may see it: nothing is shown that the published checkpoint does not vouch for. */
export function publishedLog(
  identity: LogIdentity,
  store: LogReader,
  publisher: Publisher,
  status: () => LogStatus,
): EvidenceLog {
  return {
    identity,
    read: async (path) => {
      const { published } = publisher
      if (published === null) return null
      if (path === 'checkpoint') return utf8(published.note)
      const id = parseTilePath(path)
      if (id === null) return null
      const width = widthAt(id.level, id.index, published.checkpoint.size)
      return id.width > width ? null : readLogTile(store, id, width)
    },
    proofOf: async (position) => {
      const { published } = publisher
      if (published === null || position >= published.checkpoint.size) {
        throw new BergfriedError('evidence.not_sealed', { position })
      }
      const proof = await inclusionProof(position, published.checkpoint.size, publisher.tiles)
      return formatProof({ index: position, proof, note: published.note })
    },
    status: async () => status(),
  }
}
