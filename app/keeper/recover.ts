import { startProcess } from './keeper-process.ts'
import { type KeeperInput, prepareStart } from './supervise.ts'
import { translating } from './translate.ts'

/**
 * Writes down for a keeper that lost its state what it signed last. The keeper must not be running.
 *
 * @param note - the newest checkpoint that anybody holds, or null: the operator says that there is none
 * @returns its size, or null
 * @throws {BergfriedError} `keeper.refused`, `keeper.unsafe`, `evidence.locked`
 */
export async function recoverKeeper(
  input: Omit<KeeperInput, 'onProblem' | 'socket'>,
  note: string | null,
): Promise<number | null> {
  const { launch, message } = await prepareStart(input)
  return translating(async () => {
    const started = await startProcess(
      launch,
      { ...message, recover: { note } },
      input.variables ?? {},
      () => undefined,
    )
    await started.gone
    const size = Number(started.first['size'])
    return size < 0 ? null : size
  })
}
