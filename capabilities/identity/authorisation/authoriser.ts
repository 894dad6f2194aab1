import { readFileSync } from 'node:fs'
import {
  type EntityJson,
  type EntityUidJson,
  preparsePolicySet,
  preparseSchema,
  statefulIsAuthorized,
} from '@cedar-policy/cedar-wasm/nodejs'
import type { Permission, TokenPermission } from '../../../kernel/http/route.ts'
import { ROLES } from '../contract.ts'

/** Who asks, as far as a decision needs it. */
export type Asker =
  | { readonly kind: 'person'; readonly id: string; readonly roles: readonly string[] }
  | { readonly kind: 'token'; readonly id: string; readonly permissions: readonly TokenPermission[] }

const NAME = 'bergfried'
const HOUSE: EntityUidJson = { type: 'Bergfried::House', id: 'house' }

const file = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8')
export const schemaText = (): string => file('bergfried.cedarschema')
export const policyText = (): string => [file('people.cedar'), file('tokens.cedar')].join('\n')

let ready = false

/** Parses schema and policies once in the life of the process. @throws where they do not parse: then nothing starts */
export function loadPolicies(): void {
  if (ready) return
  for (const answer of [
    preparseSchema(NAME, schemaText()),
    preparsePolicySet(NAME, { staticPolicies: policyText() }),
  ]) {
    if (answer.type === 'failure') throw new Error(`authorisation: ${answer.errors.map((e) => e.message).join('; ')}`)
  }
  ready = true
}

/** Whether the policies permit it. What is not permitted, cannot be decided or is decided with an error is refused. */
export function permits(asker: Asker, permission: Permission): boolean {
  try {
    loadPolicies()
    const principal: EntityUidJson = {
      type: asker.kind === 'person' ? 'Bergfried::Person' : 'Bergfried::Token',
      id: asker.id,
    }
    const account: EntityUidJson = { type: 'Bergfried::Account', id: asker.id }
    const own = permission === 'self'
    const answer = statefulIsAuthorized({
      principal,
      action: { type: 'Bergfried::Action', id: permission },
      resource: own ? account : HOUSE,
      context: {},
      preparsedSchemaName: NAME,
      preparsedPolicySetId: NAME,
      validateRequest: true,
      entities: own ? [who(asker, principal), belonging(account, principal)] : [who(asker, principal)],
    })
    return (
      answer.type === 'success' &&
      answer.response.decision === 'allow' &&
      answer.response.diagnostics.errors.length === 0
    )
  } catch {
    return false
  }
}

function who(asker: Asker, uid: EntityUidJson): EntityJson {
  if (asker.kind === 'token') return { uid, attrs: { permissions: [...asker.permissions] }, parents: [] }
  const roles = asker.roles.filter((role) => (ROLES as readonly string[]).includes(role))
  return { uid, attrs: {}, parents: roles.map((id) => ({ type: 'Bergfried::Role', id })) }
}

const belonging = (uid: EntityUidJson, person: EntityUidJson): EntityJson => ({
  uid,
  attrs: { person: { __entity: person as { type: string; id: string } } },
  parents: [],
})
