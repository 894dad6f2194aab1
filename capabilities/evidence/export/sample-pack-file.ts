import { type DrawnItem, type SampleQuestion, samplePack } from './sample-pack.ts'
import { PackReader } from './verify/pack-reader.ts'
import { type TrustedKeys, verifyLog } from './verify/verify-log.ts'
import { keysOf, type PackReport, verifyPack } from './verify/verify-pack.ts'

/**
 * Verifies a pack and draws from it.
 *
 * @param keys - null: those that the pack names
 * @throws {BergfriedError} `verify.failed`, `verify.unreachable`
 */
export async function samplePackFile(
  path: string,
  keys: TrustedKeys | null,
  question: SampleQuestion,
): Promise<{ report: PackReport; population: number; items: readonly DrawnItem[] }> {
  const report = await verifyPack(path, keys)
  const pack = await PackReader.open(path)
  try {
    const proved = await verifyLog(pack, keys ?? keysOf(pack.manifest))
    return { report, ...(await samplePack(pack, proved, question)) }
  } finally {
    await pack.close()
  }
}
