import { networkInterfaces } from 'node:os'
import { malformed } from '../errors.ts'
import type { Keeper } from '../keeper.ts'
import type { Status } from '../protocol.ts'
import { isObjectOf } from '../shape.ts'

const isNothing = isObjectOf({})

/** What the keeper is, what it signed last, and how well it is shut in. */
export const statusOperation = {
  run: async ({ checkpoints, counters, keyIn }: Keeper, args: unknown): Promise<Status> => {
    if (!isNothing(args)) throw malformed('arguments of status', 'Angaben zu status')
    const { last, refusing } = checkpoints
    return {
      origin: checkpoints.origin,
      verifierKey: checkpoints.verifierKey,
      last: last === null ? null : { size: last.size, root: Buffer.from(last.root).toString('hex') },
      refusing:
        refusing === null ? null : { en: String(refusing.detail['reason']), de: String(refusing.detail['reasonDe']) },
      keyIn,
      uid: process.getuid?.() ?? 0,
      pid: process.pid,
      interfaces: Object.keys(networkInterfaces()),
      addons: process.permission?.has('addon') ?? true,
      counters: { ...counters },
    }
  },
}
