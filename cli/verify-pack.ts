import { resolve } from 'node:path'
import { packReportLines } from '../capabilities/evidence/export/verify/pack-report.ts'
import type { TrustedKeys } from '../capabilities/evidence/export/verify/verify-log.ts'
import { verifyPack } from '../capabilities/evidence/export/verify/verify-pack.ts'
import { knownByKey, readKnownLogs } from '../verifier/known-logs.ts'
import type { World } from './command.ts'

export interface PackQuestion {
  readonly path: string
  /** Keys that the reader brought; null: those that the pack names, believed only if this reader knows them. */
  readonly keys: TrustedKeys | null
  /** Absolute path of what is remembered of logs. */
  readonly known: string
  readonly format: 'text' | 'json'
}

/**
 * Verifies an auditor's pack and prints what was found.
 *
 * @returns 0 proved; 3 whole in itself, under a key that only the pack itself vouches for
 * @throws {BergfriedError} `verify.failed`, `verify.unreachable`
 */
export async function verifyPackFile(world: World, { path, keys, known, format }: PackQuestion): Promise<number> {
  const report = await verifyPack(resolve(world.cwd, path), keys)
  const remembered = keys === null ? knownByKey(await readKnownLogs(known), report.manifest.log.verifierKey) : null
  const believed = keys !== null || remembered !== null
  if (format === 'json') world.out(JSON.stringify({ believed, ...report }, null, 2))
  else for (const line of packReportLines(report, world.lang)) world.out(line)
  if (believed) return 0
  world.note(
    world.lang === 'de'
      ? `Der Schlüssel steht nur im Paket selbst: ${report.manifest.log.verifierKey}. Auf anderem Weg vergleichen und mit --log-key angeben.`
      : `Only the pack itself names the key: ${report.manifest.log.verifierKey}. Compare it by another way and give it with --log-key.`,
  )
  return 3
}
