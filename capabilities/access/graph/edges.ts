import type { AccessFacts } from './facts.ts'

/** One step: whoever is `from` can be, or do, `to`. Nodes: `person:`, `service:`, `account:`, `role:`, `root`, `superuser`, `read:DB`, `write:DB`. */
export interface Edge {
  readonly from: string
  readonly to: string
  /** Why, in a word or two and with names as they were read. */
  readonly why: string
}

/** Members of these can read and write everything of a host, or run as root, without anybody asking (their own documentation says so). */
const LIKE_ROOT = ['docker', 'lxd', 'incus-admin', 'disk', 'libvirt', 'shadow']
const WRITING = ['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']

/** Every step on one system, from what was read of it and from the register. */
export function edgesOf(system: string, facts: AccessFacts): readonly Edge[] {
  return [...owners(system, facts), ...onHost(facts), ...onPostgres(facts)]
}

function* owners(system: string, facts: AccessFacts): Generator<Edge> {
  for (const { targetSystem, account, ownerKind, owner } of facts.account_owner) {
    if (targetSystem !== system && targetSystem !== '*') continue
    for (const kind of ['account', 'role'])
      yield { from: `${ownerKind}:${owner}`, to: `${kind}:${account}`, why: 'register' }
  }
  for (const { service, owner } of facts.service_account) {
    if (owner !== '') yield { from: `person:${owner}`, to: `service:${service}`, why: 'answers for it' }
  }
  const holder = new Map(facts.enrolled_key.map((key) => [key.fingerprint, key.owner]))
  for (const { account, fingerprint } of facts.ssh_authorized_key) {
    const owner = holder.get(fingerprint)
    yield {
      from: owner === undefined ? `key:${fingerprint}` : `person:${owner}`,
      to: `account:${account}`,
      why: `SSH ${fingerprint}`,
    }
  }
}

function* onHost(facts: AccessFacts): Generator<Edge> {
  for (const { account, uid } of facts.host_user)
    if (uid === 0) yield { from: `account:${account}`, to: 'root', why: 'uid 0' }
  const members = new Map(facts.host_group.map((group) => [group.groupName, group.members]))
  for (const name of LIKE_ROOT) {
    for (const member of members.get(name) ?? []) yield { from: `account:${member}`, to: 'root', why: `group ${name}` }
  }
  for (const rule of facts.host_sudo_rule) {
    if (!rule.commands.includes('ALL') || !rule.runAs.some((as) => as === 'ALL' || as === 'root' || as === '#0'))
      continue
    for (const account of subjects(rule, facts, members)) {
      yield { from: `account:${account}`, to: 'root', why: `sudo ${rule.subjectKind} ${rule.subject}` }
    }
  }
  // Root can be everybody.
  for (const { account, uid } of facts.host_user)
    if (uid !== 0) yield { from: 'root', to: `account:${account}`, why: 'root' }
}

function subjects(
  { subjectKind, subject }: AccessFacts['host_sudo_rule'][number],
  facts: AccessFacts,
  members: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  switch (subjectKind) {
    case 'user':
      return [subject]
    case 'uid':
      return facts.host_user.filter((user) => String(user.uid) === subject).map((user) => user.account)
    case 'group':
      return members.get(subject) ?? []
    case 'gid':
      return facts.host_group.find((group) => String(group.gid) === subject)?.members ?? []
    case 'everyone':
      return facts.host_user.map((user) => user.account)
    default:
      return []
  }
}

function* onPostgres(facts: AccessFacts): Generator<Edge> {
  const databases = new Set([...facts.pg_grant, ...facts.pg_owned].map((row) => row.database))
  for (const { role, superuser, createRole, memberOf } of facts.pg_role) {
    if (superuser) yield { from: `role:${role}`, to: 'superuser', why: 'SUPERUSER' }
    if (createRole) yield { from: `role:${role}`, to: 'create-roles', why: 'CREATEROLE' }
    for (const group of memberOf) yield { from: `role:${role}`, to: `role:${group}`, why: `member of ${group}` }
    for (const database of databases) {
      if (role === 'pg_read_all_data') yield { from: `role:${role}`, to: `read:${database}`, why: 'predefined role' }
      if (role === 'pg_write_all_data') yield { from: `role:${role}`, to: `write:${database}`, why: 'predefined role' }
    }
  }
  for (const database of databases) {
    for (const right of ['read', 'write']) yield { from: 'superuser', to: `${right}:${database}`, why: 'superuser' }
  }
  for (const { database, grantee, privileges } of facts.pg_grant) {
    const froms = grantee === 'PUBLIC' ? facts.pg_role.map((one) => one.role) : [grantee]
    for (const from of froms) {
      const why = `granted to ${grantee}`
      if (privileges.includes('SELECT')) yield { from: `role:${from}`, to: `read:${database}`, why }
      if (privileges.some((p) => WRITING.includes(p))) yield { from: `role:${from}`, to: `write:${database}`, why }
    }
  }
  for (const { database, owner } of facts.pg_owned) {
    for (const right of ['read', 'write']) yield { from: `role:${owner}`, to: `${right}:${database}`, why: 'owner' }
  }
}
