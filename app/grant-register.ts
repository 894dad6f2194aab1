import type { GrantView } from '../capabilities/access/contract.ts'
import type { Register, RegisterRow } from '../capabilities/people/contract.ts'

/** A grant with what the register needs besides. */
export type RegisteredGrant = Pick<GrantView, 'system' | 'account' | 'person' | 'kind' | 'until' | 'endedAt'> & {
  /** What the system calls the account: of databases the role. */
  readonly external: string | null
  readonly need: string
  readonly approvedBy: readonly string[]
  readonly sudo: boolean
}

/**
 * The register with what live grants explain: whose an account is, and what was approved for it. Rows about accounts of grants
 * that have ended go; rows of people stay as they are.
 *
 * @param grants - live and ended ones
 */
export function withGrants(register: Register, grants: readonly RegisteredGrant[]): Register {
  const ours = new Set(grants.map((g) => `${g.system} ${accountOf(g)}`))
  const idOf = new Map(
    register.person.flatMap((p) => [p.email, p.person].map((name) => [name?.toLowerCase(), p.person] as const)),
  )
  const person = (login: string): string => idOf.get(login) ?? login
  const live = grants.filter((g) => g.endedAt === null && g.kind !== 'application')
  const owners = new Map(
    live.map((g): [string, RegisterRow<'account_owner'>] => [
      `${g.system} ${accountOf(g)}`,
      { targetSystem: g.system, account: accountOf(g), ownerKind: 'person', owner: person(g.person) },
    ]),
  )
  const entitled = new Map(
    live
      .filter((g) => g.sudo)
      .map((g): [string, RegisterRow<'entitlement'>] => [
        `${g.system} ${accountOf(g)}`,
        {
          targetSystem: g.system,
          account: accountOf(g),
          privilege: 'os',
          need: g.need,
          approvedBy: person(g.approvedBy[0] ?? ''),
          until: g.until.slice(0, 10),
        },
      ]),
  )
  const others = <R extends { readonly targetSystem: string; readonly account: string }>(
    rows: readonly R[],
  ): readonly R[] => rows.filter((row) => !ours.has(`${row.targetSystem} ${row.account}`))
  return {
    ...register,
    account_owner: [...others(register.account_owner), ...owners.values()],
    entitlement: [...others(register.entitlement), ...entitled.values()],
  }
}

const accountOf = ({ kind, account, external }: RegisteredGrant): string =>
  kind === 'postgres' ? (external?.split('/')[1] ?? account) : account

/** Whether two registers say the same, in whatever order. */
export function sameRegister(a: Register, b: Register): boolean {
  const text = ({ account_owner, entitlement }: Register): string =>
    JSON.stringify([account_owner, entitlement].map((rows) => rows.map((row) => JSON.stringify(sorted(row))).sort()))
  return text(a) === text(b)
}

const sorted = (row: object): object => Object.fromEntries(Object.entries(row).sort(([x], [y]) => (x < y ? -1 : 1)))
