import { isApproval } from '../access/approval.ts'
import { malformed } from '../errors.ts'
import type { Keeper } from '../keeper.ts'
import { isCount, isListOf, isObjectOf, isText, type Shape } from '../shape.ts'
import type { FieldsDesk } from './fields-desk.ts'
import { MOST_ORDER_CHARACTERS } from './order-text.ts'
import { KeyUses } from './use-key.ts'

const MOST_APPROVALS = 20
/** Names of live grants per answer: an answer has a bound. */
const MOST_TOLD = 500
const isName = isObjectOf({ name: isText(63) })
const KEY_USES = new WeakMap<FieldsDesk, KeyUses>()

function operation<A>(name: string, shape: Shape<A>, run: (desk: FieldsDesk, args: A) => Promise<object> | object) {
  return {
    run: async ({ fields }: Keeper, args: unknown): Promise<object> => {
      if (!shape(args)) throw malformed(`arguments of ${name}`, `Angaben zu ${name}`)
      return run(await fields(), args)
    },
  }
}

function usesOf(desk: FieldsDesk): KeyUses {
  const known = KEY_USES.get(desk) ?? new KeyUses(desk)
  KEY_USES.set(desk, known)
  return known
}

/** All that the keeper does with key-encryption keys. What each may do is said where it is done. */
export const FIELDS_OPERATIONS = [
  [
    'key-list',
    operation('key-list', isObjectOf({}), (desk) => ({
      publicKey: desk.publicKey,
      keys: desk.keys.map(({ name, state, madeAt, endedAt, versions }) => ({
        name,
        state,
        madeAt,
        endedAt,
        versions: versions.map(({ version, madeAt: at }) => ({ version, madeAt: at })).slice(-20),
      })),
    })),
  ],
  [
    'key-grants',
    operation('key-grants', isObjectOf({ after: isCount }), (desk, { after }) => {
      const grants = desk.grants.slice(after, after + MOST_TOLD).map(({ id, until, ended }) => ({ id, until, ended }))
      return { at: desk.now(), grants, more: desk.grants.length > after + MOST_TOLD }
    }),
  ],
  [
    'key-create',
    operation('key-create', isName, async (desk, { name }) => {
      await desk.create(name)
      return {}
    }),
  ],
  ['key-rotate', operation('key-rotate', isName, (desk, { name }) => desk.rotate(name))],
  [
    'key-disable',
    operation('key-disable', isName, async (desk, { name }) => {
      await desk.disable(name)
      return {}
    }),
  ],
  [
    'key-order',
    operation(
      'key-order',
      isObjectOf({ order: isText(MOST_ORDER_CHARACTERS), approvals: isListOf(isApproval, MOST_APPROVALS) }),
      (desk, { order, approvals }) => desk.order(order, approvals),
    ),
  ],
  ['key-revoke', operation('key-revoke', isObjectOf({ grant: isText(36) }), (desk, { grant }) => desk.revoke(grant))],
  [
    'key-use',
    operation(
      'key-use',
      isObjectOf({ question: isText(2000), signature: isText(200), context: isText(12_000), box: isText(4000) }),
      (desk, asked) => usesOf(desk).use(asked),
    ),
  ],
  [
    'key-uses',
    operation('key-uses', isObjectOf({ acknowledged: isCount }), async (desk, { acknowledged }) => ({
      batch: await desk.uses.collect(acknowledged),
    })),
  ],
] as const
