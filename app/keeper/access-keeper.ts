import { KeeperClient } from '../../keeper/client.ts'
import type { AccessKeeper } from '../../kernel/act/access-desk.ts'
import { translating } from './translate.ts'

/** The keeper, as far as access goes. Whoever has a socket of it asks; what it answers is its own. */
export function accessKeeper(socket: string): AccessKeeper & { close(): void } {
  const client = new KeeperClient({ socket })
  const ask = <T>(op: string, args: object): Promise<T> => translating(async () => (await client.ask(op, args)) as T)
  return {
    status: () => ask('access-status', {}),
    enrol: (approver, approvals) => ask('enrol-approver', { approver, approvals }),
    removeApprover: async (person) => {
      await ask('remove-approver', { person, key: null })
    },
    open: (request, approvals) => ask('open-grant', { request, approvals }),
    end: async (grant) => {
      await ask('end-grant', { grant })
    },
    certify: (grant, publicKey) => ask('issue-certificate', { grant, publicKey }),
    hostOrders: (host) => ask('host-orders', { host }),
    close: () => client.close(),
  }
}
