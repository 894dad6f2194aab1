import { scramVerifier } from '../../../kernel/scram/scram.ts'
import { ACTING, GRAVEYARD, GROUPS, MARKER } from './names.ts'
import { quoted, verifierLiteral } from './statements.ts'

const [READ, WRITE, DDL] = ['bf_ro', 'bf_rw', 'bf_ddl']

/**
 * What a superuser runs once on a cluster, as statements that somebody can read before: the groups, the marker and the
 * graveyard, none of which can sign in; and an account that may make and unmake roles and end sessions, and is no
 * superuser. All of it may be repeated.
 *
 * Up to 15, whoever may make roles may give any role but a superuser's to anybody, itself included; from 16 on only
 * those it made or has the ADMIN OPTION of.
 *
 * @param version - as in `server_version_num`
 * @param password - of the acting account, only whose verifier is in the statements; null: somebody else acts
 */
export function prepareCluster(version: number, password: string | null): readonly string[] {
  const groups = [MARKER, GRAVEYARD, ...GROUPS.values()]
  const inGroup = version < 160_000 ? '' : ' with inherit true, set false'
  return [
    ...groups.map((name) => roleOnce(name, 'nologin')),
    `grant ${READ} to ${WRITE}${inGroup}`,
    `grant ${WRITE} to ${DDL}${inGroup}`,
    ...(password === null ? [] : actingAccount(version, password, groups)),
  ]
}

function actingAccount(version: number, password: string, groups: readonly string[]): readonly string[] {
  const acting = quoted(ACTING)
  // Who takes over what others owned needs the rights of whoever gets it; of the groups it need not use any.
  const member = (name: string) =>
    version < 160_000 ? 'admin option' : `admin true, inherit ${name === GRAVEYARD}, set true`
  return [
    roleOnce(ACTING, 'login createrole'),
    `alter role ${acting} login createrole nosuperuser connection limit 20 password ${verifierLiteral(scramVerifier(password))}`,
    ...groups.map((name) => `grant ${quoted(name)} to ${acting} with ${member(name)}`),
    `grant pg_signal_backend to ${acting}`,
  ]
}

/**
 * What a superuser runs in a database, for each schema that is given access to. Tables that the owner of the schema
 * makes later are in it, too. The acting account gets into the database to empty it; the graveyard may create there,
 * for a routine can be handed to nobody else.
 */
export function prepareSchema(database: string, schema: string, owner: string, acting = ACTING): readonly string[] {
  const [s, later] = [quoted(schema), `alter default privileges for role ${quoted(owner)} in schema ${quoted(schema)}`]
  return [
    `grant connect on database ${quoted(database)} to ${READ}, ${quoted(acting)}`,
    `grant usage on schema ${s} to ${READ}`,
    `grant select on all tables in schema ${s} to ${READ}`,
    `${later} grant select on tables to ${READ}`,
    `grant insert, update, delete on all tables in schema ${s} to ${WRITE}`,
    `grant usage on all sequences in schema ${s} to ${WRITE}`,
    `${later} grant insert, update, delete on tables to ${WRITE}`,
    `${later} grant usage on sequences to ${WRITE}`,
    `grant create on schema ${s} to ${DDL}`,
    `grant create, usage on schema ${s} to ${GRAVEYARD}`,
  ]
}

/** There is no CREATE ROLE IF NOT EXISTS. */
const roleOnce = (name: string, options: string): string =>
  `do $$ begin create role ${quoted(name)} ${options}; exception when duplicate_object then null; end $$`
