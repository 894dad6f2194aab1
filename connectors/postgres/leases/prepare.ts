import { BergfriedError } from '../../../kernel/errors.ts'
import { scramVerifier } from '../../../kernel/scram/scram.ts'
import { quoted } from './acting-client.ts'
import { GRAVEYARD, GROUPS, MARKER } from './names.ts'

/** The account that acts. */
export const ACTING = 'bergfried_acting'

/**
 * What a superuser runs once on a cluster, as statements that somebody can read before: groups without sign-in, and an account that may make
 * and unmake roles and end sessions, and is no superuser.
 *
 * @param password - of the acting account; only its verifier is in the statements
 */
export function prepareCluster(version: number, password: string): readonly string[] {
  const acting = quoted(ACTING)
  const groups = [MARKER, GRAVEYARD, ...Object.values(GROUPS)]
  // Handing something over takes the rights of whoever gets it, and graveyards have none.
  const options = (name: string): string =>
    version < 160_000 ? 'admin option' : `admin true, inherit ${name === GRAVEYARD}, set true`
  return [
    ...groups.map(
      (name) => `do $$ begin create role ${quoted(name)} nologin; exception when duplicate_object then null; end $$`,
    ),
    `do $$ begin create role ${acting} login createrole; exception when duplicate_object then null; end $$`,
    `alter role ${acting} login createrole nosuperuser connection limit 20 password '${scramVerifier(password)}'`,
    ...(version >= 160_000 ? [`alter role ${acting} set createrole_self_grant = 'set, inherit'`] : []),
    ...groups.map((name) => `grant ${quoted(name)} to ${acting} with ${options(name)}`),
    `grant pg_signal_backend to ${acting}`,
    `grant ${quoted('bf_ro')} to ${quoted('bf_rw')}`,
    `grant ${quoted('bf_rw')} to ${quoted('bf_ddl')}`,
  ]
}

/** In one database and schema: what the groups may. Tables made later by the owner of the schema are in it, too. */
export function prepareSchema(database: string, schema: string, owner: string): readonly string[] {
  const [s, o] = [anyName(schema), anyName(owner)]
  const later = `alter default privileges for role ${o} in schema ${s}`
  return [
    `grant connect on database ${anyName(database)} to bf_ro, ${quoted(ACTING)}`,
    `grant usage on schema ${s} to bf_ro`,
    `grant select on all tables in schema ${s} to bf_ro`,
    `${later} grant select on tables to bf_ro`,
    `grant insert, update, delete on all tables in schema ${s} to bf_rw`,
    `grant usage on all sequences in schema ${s} to bf_rw`,
    `${later} grant insert, update, delete on tables to bf_rw`,
    `${later} grant usage on sequences to bf_rw`,
    `grant create on schema ${s} to bf_ddl`,
    // What is handed over has to be allowed where it lies.
    `grant create, usage on schema ${s} to ${quoted(GRAVEYARD)}`,
  ]
}

/** @throws {BergfriedError} `usage.invalid` */
function anyName(name: string): string {
  if (name === '' || name.length > 63 || /[\0"]/.test(name)) {
    throw new BergfriedError('usage.invalid', { reason: `“${name.slice(0, 63)}”` })
  }
  return `"${name}"`
}
