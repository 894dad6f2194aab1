import { ed25519Key, formatPublicKey } from '../../engines/sshcert/public-key.ts'
import { malformed } from '../errors.ts'
import type { Keeper } from '../keeper.ts'
import { isListOf, isObjectOf, isText, orNull, type Shape } from '../shape.ts'
import type { AccessDesk } from './access-desk.ts'
import { isApproval } from './approval.ts'
import { isApprover, nameOfKey } from './approver.ts'
import { certify } from './certify.ts'
import { hostOrders } from './host-orders.ts'
import { MOST_REQUEST_CHARACTERS } from './request-text.ts'

const MOST_APPROVALS = 20
const isApprovals = isListOf(isApproval, MOST_APPROVALS)

function operation<A>(name: string, shape: Shape<A>, run: (desk: AccessDesk, args: A) => Promise<object> | object) {
  return {
    run: async ({ access }: Keeper, args: unknown): Promise<object> => {
      if (!shape(args)) throw malformed(`arguments of ${name}`, `Angaben zu ${name}`)
      return run(await access(), args)
    },
  }
}

/** All that the keeper does for access. What each may do is said where it is done. */
export const ACCESS_OPERATIONS = [
  [
    'access-status',
    operation('access-status', isObjectOf({}), (desk) => ({
      authority: formatPublicKey(ed25519Key(desk.authority.publicKey), 'bergfried-authority'),
      orders: formatPublicKey(ed25519Key(desk.orders.publicKey), 'bergfried-orders'),
      approvers: desk.approvers.map((a) => ({ person: a.person, kind: a.kind, name: nameOfKey(a) })),
      live: desk.live.length,
    })),
  ],
  [
    'enrol-approver',
    operation('enrol-approver', isObjectOf({ approver: isApprover, approvals: isApprovals }), (desk, args) =>
      desk.enrol(args.approver, args.approvals),
    ),
  ],
  [
    'remove-approver',
    operation('remove-approver', isObjectOf({ person: isText(200), key: orNull(isText(100)) }), (desk, args) =>
      desk.remove(args.person, args.key),
    ),
  ],
  [
    'open-grant',
    operation(
      'open-grant',
      isObjectOf({ request: isText(MOST_REQUEST_CHARACTERS), approvals: isApprovals }),
      async (desk, args) => {
        const { id, from, until } = await desk.grant(args.request, args.approvals)
        return { id, from, until }
      },
    ),
  ],
  ['end-grant', operation('end-grant', isObjectOf({ grant: isText(36) }), (desk, { grant }) => desk.end(grant))],
  [
    'issue-certificate',
    operation('issue-certificate', isObjectOf({ grant: isText(36), publicKey: isText(12_000) }), (desk, args) =>
      certify(desk, args.grant, args.publicKey),
    ),
  ],
  [
    'host-orders',
    operation('host-orders', isObjectOf({ host: isText(100) }), (desk, { host }) => hostOrders(desk, host)),
  ],
] as const
