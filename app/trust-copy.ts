import { proofText } from '../capabilities/evidence/export/bundle.ts'
import { type PublishedLog, viewOf } from '../capabilities/evidence/export/published-log.ts'
import { type WrittenSite, writeSite } from '../capabilities/trust/export/write-site.ts'
import type { Environment } from '../kernel/config/environment.ts'
import { BergfriedError } from '../kernel/errors.ts'
import type { EvidenceLog } from '../kernel/ledger/evidence-log.ts'
import type { House } from './house.ts'
import { openLogReader } from './log-reader.ts'

export interface CopyOptions {
  readonly withLog: boolean
  readonly onProgress?: (done: number, total: number) => void
}

/**
 * Writes the trust page of a house as files, as of the published checkpoint. No server need run.
 *
 * @throws {BergfriedError} `trust.not_a_copy`, `evidence.store`
 */
export async function copyTrustPage(
  house: House,
  env: Environment,
  folder: string,
  options: CopyOptions,
): Promise<WrittenSite> {
  const { database, policy, clock, config, demo } = house
  const evidence = await openLogReader(house, env).then(frozen, (error: unknown) => {
    if (error instanceof BergfriedError && error.code === 'evidence.not_sealed') return null
    throw error
  })
  const url = config.face.url ?? `http://localhost:${config.listen.port}`
  const signIn = { url, providers: [], key: Buffer.alloc(0), language: config.language }
  const { securityTxt } = config.face
  return writeSite({ database, policy, clock, evidence, signIn, demo, securityTxt }, folder, options)
}

/** The log at one checkpoint: whatever grows meanwhile is not in this copy. */
async function frozen(log: PublishedLog): Promise<EvidenceLog> {
  const view = await viewOf(log)
  return {
    identity: log.identity,
    read: async (path) => (path === 'checkpoint' ? Buffer.from(view.note) : log.read(path)),
    proofOf: (position) => proofText(view, position),
    status: async () => ({
      sealed: view.checkpoint.size,
      pending: view.checkpoint.size,
      publishedAt: null,
      problem: null,
      refused: [],
    }),
  }
}
