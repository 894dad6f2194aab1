import type { KeysDesk } from '../../kernel/act/keys-desk.ts'
import { KeysWorker, type KeysWorkerInput } from './keys/worker.ts'

export interface RunningKeys extends KeysDesk {
  stop(): Promise<void>
}

/** Starts whatever looks after grants and uses of keys. */
export function startKeys(
  input: Omit<KeysWorkerInput, 'keys'> & Pick<KeysDesk, 'keeper'> & { readonly onMoved: () => void },
): RunningKeys {
  const { keeper, onMoved, ...rest } = input
  const desk: KeysDesk = {
    keeper,
    moved: () => {
      onMoved()
      worker.wake()
    },
  }
  const worker = new KeysWorker({ ...rest, keys: desk })
  worker.start()
  return { ...desk, stop: () => worker.stop() }
}
