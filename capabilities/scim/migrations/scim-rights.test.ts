import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ScimStage, scimStage } from '../testing/scim-stage.ts'

let stage: ScimStage
beforeAll(async () => {
  stage = await scimStage()
})
afterAll(() => stage.end())

const lines = async (sql: string) =>
  (await stage.db.stage('bf_owner').query<{ line: string }>(sql)).map((row) => row.line)

describe('the schema of provisioned people', () => {
  it('is open to the desk alone', async () => {
    const roles = await lines(
      `select rolname::text as line from pg_roles where rolname like 'bf\\_%' and not rolsuper and has_schema_privilege(oid, 'scim', 'usage')`,
    )
    expect(roles).toEqual(['bf_desk'])
    const rights = await lines(
      `select grantee || ' ' || table_name || ': ' || string_agg(privilege_type::text, ' ' order by privilege_type) as line
       from information_schema.role_table_grants where table_schema = 'scim' and grantee <> 'bf_owner' and grantor <> grantee
       group by grantee, table_name order by 1`,
    )
    expect(rights).toEqual([
      'bf_desk scim_group: DELETE INSERT SELECT',
      'bf_desk scim_member: DELETE INSERT SELECT',
      'bf_desk scim_user: DELETE INSERT SELECT',
    ])
    for (const role of [
      'bf_collect',
      'bf_judge',
      'bf_seal',
      'bf_publish',
      'bf_audit',
      'bf_identity',
      'bf_access',
    ] as const)
      await expect(stage.db.stage(role).query('select from scim.scim_user')).rejects.toMatchObject({ code: '42501' })
  })

  it('lets the desk change neither who a row is nor when it was made', async () => {
    for (const column of ['id', 'created_at'])
      await expect(
        stage.db.stage('bf_desk').query(`update scim.scim_user set ${column} = ${column}`),
      ).rejects.toMatchObject({ code: '42501' })
  })
})
