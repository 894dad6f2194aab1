import { isApproval } from '../access/approval.ts'
import { malformed } from '../errors.ts'
import type { Keeper } from '../keeper.ts'
import { isListOf, isObjectOf, isText, type Shape } from '../shape.ts'
import { MOST_CHANGE_CHARACTERS } from './change-text.ts'
import type { FirewallDesk } from './firewall-desk.ts'

const MOST_APPROVALS = 20

function operation<A>(name: string, shape: Shape<A>, run: (desk: FirewallDesk, args: A) => Promise<object>) {
  return {
    run: async ({ firewall }: Keeper, args: unknown): Promise<object> => {
      if (!shape(args)) throw malformed(`arguments of ${name}`, `Angaben zu ${name}`)
      return run(await firewall(), args)
    },
  }
}

/** All that the keeper does for firewalls. */
export const FIREWALL_OPERATIONS = [
  [
    'order-change',
    operation(
      'order-change',
      isObjectOf({ change: isText(MOST_CHANGE_CHARACTERS), approvals: isListOf(isApproval, MOST_APPROVALS) }),
      (desk, args) => desk.order(args.change, args.approvals),
    ),
  ],
  [
    'firewall-openings',
    operation('firewall-openings', isObjectOf({ host: isText(100) }), (desk, { host }) => desk.openings(host)),
  ],
] as const
