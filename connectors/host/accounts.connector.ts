import type { Fact } from '../../facts/kinds.ts'
import { defineConnector } from '../../kernel/collect/connector.ts'
import type { HostTransport } from '../../kernel/collect/transport.ts'
import {
  type LoginRange,
  NOBODY,
  type PasswdEntry,
  parseLoginRange,
  parseShadow,
  type ShadowEntry,
} from './accounts-parse.ts'
import { passwordState } from './accounts-password.ts'
import { isLoginShell, readGroups, readPasswd } from './accounts-read.ts'

/**
 * Reads local accounts, groups and the state of their passwords.
 *
 * Source: passwd(5), group(5), shadow(5), login.defs(5), crypt(5). The hash is looked at for its prefix and dropped.
 * Accounts that a directory brings (SSSD, LDAP, NIS) are not in these files and not seen here.
 */
export const hostAccountsConnector = defineConnector({
  id: 'host.accounts',
  system: 'host',
  produces: ['host_user', 'host_group', 'host_password'],
  every: 'PT5M',
  needs: {
    de: '/etc/passwd, /etc/group und /etc/login.defs lesen; für den Zustand der Kennwörter auch /etc/shadow (root oder Gruppe shadow)',
    en: 'Read /etc/passwd, /etc/group and /etc/login.defs; for the state of passwords /etc/shadow too (root or group shadow)',
  },

  async collect({ transport }, context) {
    const users = await readPasswd(transport)

    try {
      const range = parseLoginRange((await transport.readFile('/etc/login.defs')) ?? '')
      for (const user of users) await context.emit('host_user', userFact(user, range))
    } catch (error) {
      context.fail('host_user', error)
    }

    try {
      for (const group of await readGroups(transport)) {
        const primary = users.filter((user) => user.gid === group.gid).map((user) => user.account)
        const members = [...new Set([...group.members, ...primary])]
        await context.emit('host_group', { groupName: group.groupName, gid: group.gid, members })
      }
    } catch (error) {
      context.fail('host_group', error)
    }

    try {
      for (const row of passwordFacts(users, await readShadow(transport))) await context.emit('host_password', row)
    } catch (error) {
      context.fail('host_password', error)
    }
  },
})

function userFact(user: PasswdEntry, range: LoginRange): Fact<'host_user'> {
  const { account, uid, gid, home, shell } = user
  const systemAccount = account !== 'root' && (uid < range.uidMin || uid === NOBODY)
  return { account, uid, gid, home, shell, loginShell: isLoginShell(shell), systemAccount }
}

/** A host without shadow passwords has no such file: then passwd says everything. */
const readShadow = async (transport: HostTransport): Promise<readonly ShadowEntry[]> =>
  parseShadow((await transport.readFile('/etc/shadow')) ?? '')

/**
 * One row per line of shadow, and one per line of passwd whose password does not come from there: a field other than
 * "x" counts by itself (an empty one lets anybody in, whatever shadow says), and "x" without a line never matches.
 */
function passwordFacts(users: readonly PasswdEntry[], shadow: readonly ShadowEntry[]): Fact<'host_password'>[] {
  const inPasswd = users.filter((user) => user.password !== 'x' && !/^[+-]/.test(user.account))
  const pointing = new Set(users.filter((user) => user.password === 'x').map((user) => user.account))
  const elsewhere = new Set(inPasswd.map((user) => user.account).filter((account) => !pointing.has(account)))
  const shadowed = new Map(shadow.map((entry) => [entry.account, entry]))
  const missing = users.filter((user) => user.password === 'x' && !shadowed.has(user.account))
  return [
    ...shadow
      .filter((entry) => !elsewhere.has(entry.account) && !/^[+-]/.test(entry.account))
      .map((entry) => passwordFact(entry.account, entry.password, entry)),
    ...inPasswd.map((user) => passwordFact(user.account, user.password, shadowed.get(user.account))),
    ...missing.map((user) => passwordFact(user.account, '*', undefined)),
  ]
}

function passwordFact(account: string, field: string, aging: ShadowEntry | undefined): Fact<'host_password'> {
  return {
    account,
    ...passwordState(field),
    changedOn: dayOf(aging?.changedDay ?? null),
    maxDays: aging?.maxDays ?? null,
    expiresOn: dayOf(aging?.expiresDay ?? null),
  }
}

/** 9999-12-31, the last day with four digits; some tools write 99999 years to say never. */
const LAST_DAY = 2_932_896

const dayOf = (day: number | null): string | null =>
  day === null ? null : new Date(Math.min(day, LAST_DAY) * 86_400_000).toISOString().slice(0, 10)
