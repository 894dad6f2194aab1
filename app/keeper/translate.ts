import { KeeperError } from '../../keeper/errors.ts'
import type { CheckpointSigner as OwnSigner } from '../../keeper/signer.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import type { CheckpointSigner } from '../../kernel/ledger/evidence-log.ts'

/** The keeper's errors in the words of the product. */
export function translated(error: unknown): unknown {
  if (!(error instanceof KeeperError)) return error
  const { code, detail } = error
  const reason = { reason: detail['reason'] ?? code, reasonDe: detail['reasonDe'] ?? detail['reason'] ?? code }
  const what = detail['what'] ?? '-'
  switch (code) {
    case 'unsafe':
      return new BergfriedError('keeper.unsafe', { what, ...reason }, { cause: error })
    case 'refused':
      return new BergfriedError('keeper.refused', { ...detail, ...reason }, { cause: error })
    case 'locked':
      return new BergfriedError('evidence.locked', { what }, { cause: error })
    case 'origin_changed':
      return new BergfriedError('evidence.origin_changed', { ...detail }, { cause: error })
    default:
      return new BergfriedError('keeper.unreachable', reason, { cause: error })
  }
}

/** Runs something of the keeper's and translates what it throws. */
export async function translating<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw translated(error)
  }
}

export const translatedSigner = (signer: OwnSigner): CheckpointSigner => ({
  verifierKey: signer.verifierKey,
  origin: signer.origin,
  last: () => translating(() => signer.last()),
  sign: (growth) => translating(() => signer.sign(growth)),
})
