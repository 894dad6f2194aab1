import { KeeperClient } from '../../keeper/client.ts'
import type { KeysKeeper } from '../../kernel/act/keys-desk.ts'
import { translating } from './translate.ts'

/** The keeper, as far as keys of fields go. Whoever has a socket of it asks; what it answers is its own. */
export function keysKeeper(socket: string): KeysKeeper & { close(): void } {
  const client = new KeeperClient({ socket })
  const ask = <T>(op: string, args: object): Promise<T> => translating(async () => (await client.ask(op, args)) as T)
  return {
    list: () => ask('key-list', {}),
    create: async (name) => {
      await ask('key-create', { name })
    },
    rotate: (name) => ask('key-rotate', { name }),
    disable: async (name) => {
      await ask('key-disable', { name })
    },
    order: (order, approvals) => ask('key-order', { order, approvals }),
    revoke: (grant) => ask('key-revoke', { grant }),
    use: ({ question, signature, context, box }) => ask('key-use', { question, signature, context, box }),
    uses: (acknowledged) => ask('key-uses', { acknowledged }),
    close: () => client.close(),
  }
}
