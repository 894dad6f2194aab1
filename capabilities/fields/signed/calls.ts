import * as z from 'zod'
import { BergfriedError } from '../../../kernel/errors.ts'
import type { SignedCaller } from '../../access/contract-caller.ts'
import { findPerson } from '../../identity/contract-people.ts'
import { AskKeyOrder, EnrolHolder, KeyName } from '../contract.ts'
import { type KeysDeps, poolOf } from '../desk.ts'
import { changeKey, enrolHolder, revokeGrant } from '../keys/keys.ts'
import { approveOrder, askForOrder, refuseOrder } from '../keys/orders.ts'
import { readKeysView, readOrders } from '../keys/views.ts'

const Id = z.strictObject({ id: z.uuid() })
const Signed = z.strictObject({ id: z.uuid(), ssh: z.string().max(8000) })
const Change = z.strictObject({ name: KeyName, how: z.enum(['created', 'rotated', 'disabled']) })

function fitting<S extends z.ZodType>(shape: S, body: unknown): z.output<S> {
  const result = shape.safeParse(body)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new BergfriedError('http.invalid', { where: issue?.path.join('.') || 'body', reason: issue?.message ?? '-' })
}

/** What the command line can do with keys, as whoever signed it. */
const CALLS: Readonly<Record<string, (deps: KeysDeps, person: string, body: unknown) => Promise<object>>> = {
  keys: (deps, person) => readKeysView(deps, person),
  'keys-order': async (deps, person, body) => {
    const { id } = fitting(Id, body)
    const [order] = await readOrders(poolOf(deps), deps.clock.now(), person, id)
    if (order === undefined) throw new BergfriedError('http.not_found', { what: `order ${id}` })
    return order
  },
  'keys-change': async (deps, person, body) => {
    const { name, how } = fitting(Change, body)
    return changeKey(deps, person, name, how)
  },
  'keys-ask': (deps, person, body) => askForOrder(deps, person, fitting(AskKeyOrder, body)),
  'keys-approve': async (deps, person, body) => {
    const { id, ssh } = fitting(Signed, body)
    return { done: await approveOrder(deps, id, { person, ssh, passkey: null }) }
  },
  'keys-refuse': async (deps, person, body) => {
    await refuseOrder(deps, fitting(Id, body).id, person)
    return {}
  },
  'keys-revoke': async (deps, person, body) => {
    await revokeGrant(deps, person, fitting(Id, body).id)
    return {}
  },
  'keys-enrol': async (deps, person, body) => {
    await enrolHolder(deps, person, fitting(EnrolHolder, body))
    return {}
  },
}

/** @throws {BergfriedError} `http.not_found`, `access.not_approver`, and those of the call */
export async function answerKeysCall(deps: KeysDeps, { person, name, body }: SignedCaller): Promise<object> {
  const call = Object.hasOwn(CALLS, name) ? CALLS[name] : undefined
  if (call === undefined) throw new BergfriedError('http.not_found', { what: `call ${name.slice(0, 40)}` })
  const { roles = [] } = (await findPerson(deps.database, person)) ?? {}
  if (!roles.includes('approver') && !roles.includes('owner'))
    throw new BergfriedError('access.not_approver', { person })
  return call(deps, person, body)
}
