import { readFileSync } from 'node:fs'
import type { Layout } from './layout.ts'

/** A line of passwd(5) with what group(5) and shadow(5) add. */
export interface Account {
  readonly name: string
  readonly uid: number
  readonly gid: number
  readonly fullName: string
  readonly home: string
  /** Groups that name it as a member: not its own one. */
  readonly groups: readonly string[]
}

/** Ordinary accounts begin here (UID_MIN of login.defs): those of the system below are never managed, whatever a group says. */
const FIRST_UID = 1000
const NOBODY = 65_534

const fieldsOf = (path: string): readonly (readonly string[])[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(':'))

const membersOf = (fields: readonly string[]): readonly string[] => (fields[3] ?? '').split(',').filter((m) => m !== '')

/** An account of this machine itself; null where there is none. */
export const findAccount = (name: string): Account | null => readAccounts((one) => one === name)[0] ?? null

function readAccounts(isMeant: (name: string) => boolean): readonly Account[] {
  const groups = fieldsOf('/etc/group').map((fields) => ({
    name: fields[0] ?? '',
    members: new Set(membersOf(fields)),
  }))
  return fieldsOf('/etc/passwd').flatMap(([name = '', , uid = '', gid = '', comment = '', home = '']) => {
    if (!isMeant(name) || !/^[0-9]{1,10}$/.test(uid) || !/^[0-9]{1,10}$/.test(gid)) return []
    const own = groups.flatMap((group) => (group.members.has(name) ? [group.name] : []))
    return [{ name, uid: Number(uid), gid: Number(gid), fullName: comment.split(',')[0] ?? '', home, groups: own }]
  })
}

/** The day on which it ends, counted from 1970-01-01 as shadow(5) has it; null: never. */
export function endDayOf(name: string): number | null {
  const day = fieldsOf('/etc/shadow').find((line) => line[0] === name)?.[7] ?? ''
  return day === '' ? null : Number(day)
}

/** Whether this program made an account, so that it may change and end it: the group names it, and it is nobody's of the system. */
export const isManaged = ({ managedGroup }: Pick<Layout, 'managedGroup'>, { uid, groups }: Account): boolean =>
  uid >= FIRST_UID && uid !== NOBODY && groups.includes(managedGroup)

export function managedAccounts(layout: Pick<Layout, 'managedGroup'>): readonly Account[] {
  const members = new Set(fieldsOf('/etc/group').flatMap((f) => (f[0] === layout.managedGroup ? membersOf(f) : [])))
  return readAccounts((name) => members.has(name)).filter((account) => isManaged(layout, account))
}
