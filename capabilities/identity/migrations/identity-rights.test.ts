import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../kernel/testing/cluster.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(() => db.close())

const lines = async (sql: string) => (await db.stage('bf_owner').query<{ line: string }>(sql)).map((row) => row.line)

describe('the schema of people', () => {
  it('is open to its own role alone', async () => {
    const roles = await lines(
      `select r.rolname::text as line from pg_roles r where r.rolname like 'bf\\_%' and not r.rolsuper
         and has_schema_privilege(r.oid, 'identity', 'usage')`,
    )
    expect(roles).toEqual(['bf_identity'])
    const others = await lines(
      `select distinct grantee::text as line from information_schema.column_privileges
       where table_schema = 'identity' and grantee not in ('bf_owner', 'bf_identity')`,
    )
    expect(others).toEqual([])
    for (const role of ['bf_collect', 'bf_judge', 'bf_seal', 'bf_publish', 'bf_desk', 'bf_audit'] as const) {
      await expect(db.stage(role).query('select from identity.person')).rejects.toMatchObject({ code: '42501' })
    }
  })

  it('gives its role the columns that change and nothing else', async () => {
    const updates = await lines(
      `select table_schema || '.' || table_name || ': ' || string_agg(column_name::text, ' ' order by column_name) as line
       from information_schema.column_privileges where grantee = 'bf_identity' and privilege_type = 'UPDATE'
       group by table_schema, table_name order by 1`,
    )
    expect(updates).toEqual([
      'desk.organisation: changed_at logo logo_type name',
      'identity.attempt: blocked_until failures last_at told_at',
      'identity.federated: last_used_at',
      'identity.link: created_at digest until',
      'identity.passkey: counter label last_used_at synced',
      'identity.password: changed_at hash',
      'identity.person: joined_at language last_seen_at locked_at login name roles',
      'identity.recovery_code: used_at',
      'identity.session: last_seen_at',
      'identity.totp: enrolled_at last_step sealed',
    ])
    const deletes = await lines(
      `select table_name::text as line from information_schema.role_table_grants
       where grantee = 'bf_identity' and privilege_type in ('DELETE', 'TRUNCATE') order by 1`,
    )
    expect(deletes).toEqual([
      'attempt',
      'ceremony',
      'federated',
      'link',
      'passkey',
      'password',
      'recovery_code',
      'session',
      'totp',
    ])
  })

  it('lets its role see nothing of what is measured, decided or proved', async () => {
    for (const table of [
      'fact.sysctl',
      'finding.verdict_row',
      'desk.exception',
      'desk.token',
      'evidence.entry',
      'evidence.subject',
    ]) {
      await expect(db.stage('bf_identity').query(`select from ${table}`)).rejects.toMatchObject({
        code: '42501',
      })
    }
    for (const sql of [
      `select evidence.erase_subject('x', now())`,
      'update identity.person set created_at = now()',
      'delete from identity.person',
    ]) {
      await expect(db.stage('bf_identity').query(sql)).rejects.toMatchObject({ code: '42501' })
    }
  })

  it('owns nothing and is no superuser', async () => {
    const [role] = await db
      .stage('bf_owner')
      .query(`select rolsuper, rolcreaterole, rolcreatedb, rolbypassrls from pg_roles where rolname = 'bf_identity'`)
    expect(role).toEqual({ rolsuper: false, rolcreaterole: false, rolcreatedb: false, rolbypassrls: false })
    const owned = await lines(
      `select relname::text as line from pg_class where pg_get_userbyid(relowner) = 'bf_identity'`,
    )
    expect(owned).toEqual([])
  })
})
