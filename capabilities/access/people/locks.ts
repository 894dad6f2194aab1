import type { Database, Transaction } from '../../../kernel/db/database.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import { findPerson, type KnownPerson } from '../../identity/contract-people.ts'

/** Whether somebody or something is locked now. */
export async function isLocked(tx: Transaction, kind: 'person' | 'host', target: string): Promise<boolean> {
  const rows = await tx.query('select from access.lock where kind = $1 and target = $2 and lifted_at is null limit 1', [
    kind,
    target,
  ])
  return rows.length > 0
}

/** Somebody who has an account and is not locked, in either way. @throws {BergfriedError} `access.unknown`, `access.locked` */
export async function activePerson(database: Database, login: string): Promise<KnownPerson> {
  const person = await findPerson(database, login)
  if (person === null) throw new BergfriedError('access.unknown', { what: `person “${login}”` })
  if (person.locked || (await isLocked(database.stage('bf_access'), 'person', login))) {
    throw new BergfriedError('access.locked', { target: login })
  }
  return person
}
