import { KeeperError, malformed } from '../errors.ts'
import type { Keeper } from '../keeper.ts'
import { isSignArgs } from '../protocol.ts'

const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))

/** Signs the next checkpoint of the log, where its tree holds the one that was signed last. */
export const signCheckpointOperation = {
  run: async ({ checkpoints, counters }: Keeper, args: unknown): Promise<{ readonly note: string }> => {
    if (!isSignArgs(args)) throw malformed('arguments of sign-checkpoint', 'Angaben zu sign-checkpoint')
    const { oldSize, newSize } = args
    const growth = { oldSize, newSize, newRoot: bytesOf(args.newRoot), consistency: args.consistency.map(bytesOf) }
    try {
      const { note, repeated } = await checkpoints.sign(growth)
      counters[repeated ? 'repeated' : 'signed'] += 1
      return { note }
    } catch (error) {
      if (error instanceof KeeperError && error.code === 'refused') counters.refused += 1
      throw error
    }
  },
}
