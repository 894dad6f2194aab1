import { afterAll, beforeAll, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../testing/cluster.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(() => db.close())

/** Table privileges per role and table; fact tables are alike and told once. */
async function matrix(): Promise<string[]> {
  const rows = await db.stage('bf_owner').query<{ line: string }>(`
    select g.grantee || ' ' || case when g.table_schema = 'fact' then 'fact.*' else g.table_schema || '.' || g.table_name end
      || ': ' || string_agg(distinct g.privilege_type, ' ' order by g.privilege_type) as line
    from information_schema.role_table_grants g
    where g.grantee like 'bf\\_%' and g.grantee not in ('bf_owner', 'bf_closer', 'bf_eraser')
    group by g.grantee, g.table_schema, case when g.table_schema = 'fact' then 'fact.*' else g.table_schema || '.' || g.table_name end
    order by 1`)
  return rows.map((r) => r.line)
}

it('gives each stage its own tables and nobody UPDATE or DELETE on facts, findings and evidence', async () => {
  expect(await matrix()).toMatchInlineSnapshot(`
    [
      "bf_access access.account_name: INSERT SELECT",
      "bf_access access.call: DELETE INSERT SELECT",
      "bf_access access.enrolment: INSERT SELECT",
      "bf_access access.grant: INSERT SELECT",
      "bf_access access.host: INSERT SELECT",
      "bf_access access.lock: INSERT SELECT",
      "bf_access access.request: INSERT SELECT",
      "bf_access access.review: INSERT SELECT",
      "bf_access access.revocation_case: INSERT SELECT",
      "bf_access access.revocation_step: INSERT SELECT",
      "bf_access access.ssh_key: INSERT SELECT",
      "bf_audit collect.collection: SELECT",
      "bf_audit collect.pulse: SELECT",
      "bf_audit desk.attestation: SELECT",
      "bf_audit desk.exception: SELECT",
      "bf_audit desk.exception_end: SELECT",
      "bf_audit desk.house: SELECT",
      "bf_audit desk.system: SELECT",
      "bf_audit evidence.entry: SELECT",
      "bf_audit evidence.subject: SELECT",
      "bf_audit fact.*: SELECT",
      "bf_audit finding.check_name: SELECT",
      "bf_audit finding.control_state: SELECT",
      "bf_audit finding.drill_run: SELECT",
      "bf_audit finding.judgement: SELECT",
      "bf_audit finding.verdict_row: SELECT",
      "bf_collect collect.collection: SELECT",
      "bf_collect collect.pulse: SELECT",
      "bf_collect desk.house: SELECT",
      "bf_collect desk.system: SELECT",
      "bf_collect fact.*: INSERT SELECT",
      "bf_desk desk.attestation: INSERT SELECT",
      "bf_desk desk.exception: INSERT SELECT",
      "bf_desk desk.exception_end: INSERT SELECT",
      "bf_desk desk.house: SELECT",
      "bf_desk desk.system: INSERT SELECT UPDATE",
      "bf_desk desk.token: INSERT SELECT",
      "bf_desk desk.token_end: INSERT SELECT",
      "bf_desk scim.scim_group: DELETE INSERT SELECT",
      "bf_desk scim.scim_member: DELETE INSERT SELECT",
      "bf_desk scim.scim_user: DELETE INSERT SELECT",
      "bf_detect blocking.ban: INSERT SELECT",
      "bf_detect blocking.spared: DELETE INSERT SELECT",
      "bf_detect detection.alert: INSERT SELECT UPDATE",
      "bf_detect detection.event: DELETE INSERT SELECT",
      "bf_detect detection.mail: INSERT SELECT UPDATE",
      "bf_detect detection.source: INSERT SELECT UPDATE",
      "bf_detect detection.state: INSERT SELECT UPDATE",
      "bf_identity desk.organisation: INSERT SELECT",
      "bf_identity identity.attempt: DELETE INSERT SELECT",
      "bf_identity identity.ceremony: DELETE INSERT SELECT",
      "bf_identity identity.federated: DELETE INSERT SELECT",
      "bf_identity identity.link: DELETE INSERT SELECT",
      "bf_identity identity.passkey: DELETE INSERT SELECT",
      "bf_identity identity.password: DELETE INSERT SELECT",
      "bf_identity identity.person: INSERT SELECT",
      "bf_identity identity.recovery_code: DELETE INSERT SELECT",
      "bf_identity identity.session: DELETE INSERT SELECT",
      "bf_identity identity.totp: DELETE INSERT SELECT",
      "bf_judge collect.collection: SELECT",
      "bf_judge collect.pulse: SELECT",
      "bf_judge desk.attestation: SELECT",
      "bf_judge desk.exception: SELECT",
      "bf_judge desk.exception_end: SELECT",
      "bf_judge desk.house: SELECT",
      "bf_judge desk.system: SELECT",
      "bf_judge fact.*: SELECT",
      "bf_judge finding.check_name: INSERT SELECT",
      "bf_judge finding.control_state: INSERT SELECT",
      "bf_judge finding.drill_run: INSERT SELECT",
      "bf_judge finding.judgement: INSERT SELECT",
      "bf_judge finding.verdict_row: INSERT SELECT",
      "bf_keys backup.drill: INSERT SELECT",
      "bf_keys backup.run: INSERT SELECT",
      "bf_keys keys.approval: INSERT SELECT",
      "bf_keys keys.holder: INSERT SELECT",
      "bf_keys keys.key_order: INSERT SELECT",
      "bf_keys keys.use: INSERT SELECT",
      "bf_keys keys.use_batch: INSERT SELECT",
      "bf_network firewall.change: INSERT SELECT",
      "bf_network firewall.counted: INSERT SELECT",
      "bf_network firewall.decision: INSERT SELECT",
      "bf_network firewall.event: INSERT SELECT",
      "bf_network firewall.generation: INSERT SELECT",
      "bf_network firewall.note: INSERT SELECT",
      "bf_network firewall.review: INSERT SELECT",
      "bf_network firewall.rules: INSERT SELECT",
      "bf_network firewall.verdict: INSERT SELECT",
      "bf_publish collect.collection: SELECT",
      "bf_publish collect.pulse: SELECT",
      "bf_publish desk.attestation: SELECT",
      "bf_publish desk.exception: SELECT",
      "bf_publish desk.exception_end: SELECT",
      "bf_publish desk.house: SELECT",
      "bf_publish desk.organisation: SELECT",
      "bf_publish desk.system: SELECT",
      "bf_publish finding.check_name: SELECT",
      "bf_publish finding.control_state: SELECT",
      "bf_publish finding.drill_run: SELECT",
      "bf_publish finding.judgement: SELECT",
      "bf_publish finding.verdict_row: SELECT",
      "bf_seal desk.house: SELECT",
      "bf_seal evidence.entry: SELECT",
      "bf_seal finding.check_name: SELECT",
      "bf_seal finding.control_state: SELECT",
      "bf_seal finding.drill_run: SELECT",
      "bf_seal finding.judgement: SELECT",
      "bf_seal finding.verdict_row: SELECT",
    ]
  `)
})

it('lets stored rows change only through the functions that end them', async () => {
  const rows = await db.stage('bf_owner').query<{ line: string }>(`
    select r.rolname || ' ' || n.nspname || '.' || p.proname as line
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace cross join pg_roles r
    where n.nspname in ('fact', 'collect', 'finding', 'desk', 'evidence') and r.rolname like 'bf\\_%' and r.rolname not in ('bf_owner', 'bf_closer', 'bf_eraser')
      and has_function_privilege(r.oid, p.oid, 'execute') order by 1`)
  expect(rows.map((r) => r.line)).toMatchInlineSnapshot(`
    [
      "bf_access evidence.append",
      "bf_access evidence.subject_key",
      "bf_collect collect.finish",
      "bf_collect evidence.append",
      "bf_collect fact.close",
      "bf_desk evidence.append",
      "bf_desk evidence.erase_subject",
      "bf_desk evidence.subject_key",
      "bf_detect evidence.append",
      "bf_detect evidence.subject_key",
      "bf_identity evidence.append",
      "bf_identity evidence.subject_key",
      "bf_judge evidence.append",
      "bf_judge finding.close_rows",
      "bf_judge finding.close_states",
      "bf_keys evidence.append",
      "bf_keys evidence.subject_key",
      "bf_network evidence.append",
      "bf_network evidence.subject_key",
    ]
  `)
})

it('gives the role that owns those functions no more than ending rows, and no way to sign in', async () => {
  const [role] = await db
    .stage('bf_owner')
    .query<object>(
      `select rolcanlogin, rolsuper, rolcreaterole, rolbypassrls from pg_roles where rolname = 'bf_closer'`,
    )
  expect(role).toEqual({ rolcanlogin: false, rolsuper: false, rolcreaterole: false, rolbypassrls: false })
  const rows = await db.stage('bf_owner').query<{ line: string }>(`
    select distinct case when table_schema = 'fact' then 'fact.*' else table_schema || '.' || table_name end || ' ' || column_name as line
    from information_schema.column_privileges where grantee = 'bf_closer' and privilege_type = 'UPDATE'
      and (table_schema, table_name) <> ('collect', 'pulse') order by 1`)
  expect(rows.map((r) => r.line)).toEqual([
    'fact.* valid_to',
    'finding.control_state valid_to',
    'finding.verdict_row valid_to',
  ])
  const owners = await db.stage('bf_owner').query<{ owner: string }>(`
    select distinct pg_get_userbyid(proowner)::text as owner from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname in ('fact', 'collect', 'finding', 'desk', 'evidence', 'identity') and p.prorettype <> 'trigger'::regtype`)
  expect(owners.map((o) => o.owner).sort()).toEqual(['bf_closer', 'bf_eraser'])
})

it('gives the role that erases people the columns that name them, and no way to sign in', async () => {
  const [role] = await db
    .stage('bf_owner')
    .query<object>(
      `select rolcanlogin, rolsuper, rolcreaterole, rolbypassrls from pg_roles where rolname = 'bf_eraser'`,
    )
  expect(role).toEqual({ rolcanlogin: false, rolsuper: false, rolcreaterole: false, rolbypassrls: false })
  const rows = await db.stage('bf_owner').query<{ line: string }>(`
    select table_schema || '.' || table_name || ': ' || string_agg(column_name::text, ' ' order by column_name) as line
    from information_schema.column_privileges where grantee = 'bf_eraser' and privilege_type = 'UPDATE'
    group by table_schema, table_name order by 1`)
  expect(rows.map((r) => r.line)).toEqual([
    'desk.attestation: created_by document note person',
    'desk.exception: created_by owner reason resource',
    'desk.exception_end: ended_by',
    'desk.token: name',
    'evidence.subject: erased_at key name',
  ])
})

it('keeps salts and leaves of the log from whoever publishes', async () => {
  const rows = await db.stage('bf_owner').query<{ column_name: string }>(`
    select column_name from information_schema.column_privileges
    where grantee = 'bf_publish' and table_schema = 'evidence' order by 1`)
  expect(rows.map((r) => r.column_name)).toEqual(['at', 'body', 'digest', 'kind', 'position', 'previous'])
})

it('keeps the fact tables alike', async () => {
  const rows = await db.stage('bf_owner').query<{ n: number }>(`
    select count(distinct (grantee, privileges)) as n from (
      select grantee, table_name, string_agg(privilege_type, ' ' order by privilege_type) as privileges
      from information_schema.role_table_grants where table_schema = 'fact' and grantee like 'bf\\_%' and grantee not in ('bf_owner', 'bf_closer', 'bf_eraser')
      group by 1, 2) t`)
  // bf_collect inserts; bf_judge and bf_audit read alike.
  expect(rows[0]?.n).toBe(3)
})

it('refuses what belongs to another stage', async () => {
  const refused = (role: 'bf_collect' | 'bf_judge' | 'bf_seal' | 'bf_publish' | 'bf_desk', sql: string) =>
    expect(db.stage(role).query(sql)).rejects.toMatchObject({ code: '42501' })
  await refused('bf_collect', 'select from finding.verdict_row')
  await refused('bf_collect', 'delete from fact.host_user')
  await refused('bf_collect', `update fact.host_user set valid_to = 'infinity'`)
  await refused('bf_judge', 'insert into fact.host_user select * from fact.host_user')
  await refused('bf_judge', 'update finding.verdict_row set status = $$ok$$')
  await refused('bf_judge', 'delete from evidence.entry')
  await refused('bf_judge', 'insert into desk.attestation default values')
  await refused('bf_seal', 'select from fact.host_user')
  await refused('bf_publish', 'insert into finding.verdict_row default values')
  await refused('bf_publish', 'select from desk.token')
  await refused('bf_desk', 'select from finding.verdict_row')
  await refused('bf_desk', `select evidence.append(null, null, null), fact.close('host_user', 1, '{}', null)`)
})

it('refuses to number entries by hand', async () => {
  await expect(
    db.stage('bf_judge').query('insert into evidence.entry select * from evidence.entry'),
  ).rejects.toMatchObject({
    code: '42501',
  })
})
