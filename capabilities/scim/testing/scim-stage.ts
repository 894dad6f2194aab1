import { createToken } from '../../../kernel/http/tokens.ts'
import type { Json } from '../../../kernel/ledger/canonical-json.ts'
import { openPersonal, type SealedPersonal } from '../../../kernel/ledger/personal.ts'
import { type TestDatabase, testDatabase } from '../../../kernel/testing/cluster.ts'
import { type TestHttp, testHttp } from '../../../kernel/testing/http.ts'
import type { ScimChange, ScimDesk } from '../contract.ts'
import { scim } from '../migrations/0006-scim.sql.ts'
import { SCIM_ROUTES } from './scim-routes.ts'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape
  readonly body: any
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface ScimStage extends Pick<TestHttp, 'http' | 'clock' | 'defects' | 'deps'> {
  readonly db: TestDatabase
  /** What the register was told, oldest first. */
  readonly told: ScimChange[]
  /** What the register does when it is told; set by a test. */
  desk: { onChange: ((change: ScimChange) => Promise<void>) | null }
  /** Calls below /scim/v2 with a token that has the permission `register`. A string is sent as it is. */
  send(method: Method, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>
  /** Bodies of the entries since the stage was opened or wiped, oldest first. */
  entries(): Promise<readonly Readonly<Record<string, Json>>[]>
  /** What an entry says of a person. */
  open(personal: unknown): Promise<Json>
  wipe(): Promise<void>
  end(): Promise<void>
}

/** A server with the routes of this capability, on a database of its own. */
export async function scimStage(options: { connected?: boolean } = {}): Promise<ScimStage> {
  const db = await testDatabase()
  const owner = db.stage('bf_owner')
  const [there] = await owner.query<{ there: boolean }>(`select to_regnamespace('scim') is not null as there`)
  if (there?.there !== true) await owner.query(scim.sql)
  const told: ScimChange[] = []
  const desk: ScimStage['desk'] = { onChange: null }
  const handed: ScimDesk = {
    onChange: async (change) => {
      await desk.onChange?.(change)
      told.push(change)
    },
  }
  const given = {
    policy: { controls: [] } as never,
    checks: new Map(),
    ...(options.connected === false ? {} : { scim: handed }),
  }
  const server = await testHttp(db, SCIM_ROUTES, given)
  const now = server.clock.now()
  const { token } = await createToken(db.stage('bf_desk'), {
    name: 'provider',
    permissions: ['register'],
    now,
    until: new Date(now.getTime() + 86_400_000),
  })
  const send: ScimStage['send'] = async (method, path, body, headers = {}) => {
    const answer = await server.http.inject({
      method,
      url: `/scim/v2${path}`,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    return {
      status: answer.statusCode,
      headers: answer.headers as Record<string, string>,
      body: answer.body === '' ? null : answer.json(),
    }
  }
  return {
    ...server,
    db,
    told,
    desk,
    send,
    entries: async () => {
      const rows = await owner.query<{ body: string }>(
        `select body from evidence.entry where kind = 'configuration' and body like '%"part":"scim"%' order by position`,
      )
      return rows.map((row) => JSON.parse(row.body) as Record<string, Json>)
    },
    open: async (personal) => {
      const { subject } = personal as SealedPersonal
      const [row] = await owner.query<{ key: Uint8Array }>('select key from evidence.subject where id = $1', [subject])
      return row === undefined ? null : openPersonal(personal as SealedPersonal, row.key)
    },
    wipe: async () => {
      told.length = 0
      desk.onChange = null
      await owner.query('truncate scim.scim_member, scim.scim_group, scim.scim_user, evidence.entry restart identity')
    },
    end: async () => {
      await server.http.close()
      await db.close()
    },
  }
}

export const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'
export const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group'
export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

export const user = (userName: string, more: object = {}) => ({ schemas: [USER], userName, ...more })
export const group = (displayName: string, members: readonly string[] = [], more: object = {}) => ({
  schemas: [GROUP],
  displayName,
  members: members.map((value) => ({ value })),
  ...more,
})
export const patch = (...operations: readonly object[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: operations,
})
