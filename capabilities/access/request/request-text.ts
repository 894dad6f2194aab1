import type { Entitlement } from '../../../kernel/config/access-config.ts'

export interface RequestLines {
  readonly id: string
  readonly requester: string
  readonly receiver: string
  readonly entitlement: Entitlement
  readonly account: string
  readonly seconds: number
  /** Until when it may begin. */
  readonly expires: Date
  /** Fingerprint of the receiver's SSH key, where it is for SSH. */
  readonly key: string | null
  readonly need: string
}

const list = (values: readonly string[]): string => (values.length === 0 ? '-' : values.join(','))

/**
 * The text that approvers sign, and that the keeper reads with a reader of its own (keeper/access/request-text.ts): whatever is not in
 * it was not approved.
 */
export const requestText = ({ entitlement, expires, ...r }: RequestLines): string =>
  `bergfried-request 1\n${[
    ['id', r.id],
    ['requester', r.requester],
    ['receiver', r.receiver],
    ['system', entitlement.system],
    ['kind', entitlement.kind],
    ['entitlement', entitlement.name],
    ['level', entitlement.level],
    ['account', r.account],
    ['approvals', entitlement.approvals],
    ['seconds', r.seconds],
    ['expires', Math.floor(expires.getTime() / 1000)],
    ['key', r.key ?? '-'],
    ['source', list(entitlement.source)],
    ['extensions', list(entitlement.extensions)],
    ['need', JSON.stringify(r.need)],
  ]
    .map(([name, value]) => `${name} ${value}\n`)
    .join('')}`
