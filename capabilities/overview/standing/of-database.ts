import type { Database } from '../../../kernel/db/database.ts'
import { Tallies } from './tallies.ts'

const KNOWN = new WeakMap<Database, Tallies>()

/** The counts that all questions to one database share. */
export function talliesOf(database: Database): Tallies {
  const known = KNOWN.get(database) ?? new Tallies(database.stage('bf_publish'))
  KNOWN.set(database, known)
  return known
}
