import { malformed } from '../errors.ts'
import type { Keeper } from '../keeper.ts'
import type { PublicKeys } from '../protocol.ts'
import { isObjectOf } from '../shape.ts'

const isNothing = isObjectOf({})

/** The public half of every key, with its purpose. */
export const publicKeys = {
  run: async ({ checkpoints }: Keeper, args: unknown): Promise<PublicKeys> => {
    if (!isNothing(args)) throw malformed('arguments of public-keys', 'Angaben zu public-keys')
    return {
      keys: [
        {
          purpose: 'checkpoint',
          algorithm: 'ed25519',
          publicKey: Buffer.from(checkpoints.publicKey).toString('hex'),
          verifierKey: checkpoints.verifierKey,
        },
      ],
    }
  },
}
