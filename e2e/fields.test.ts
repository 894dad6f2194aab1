import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type ServerProcess, startProcess } from '../app/testing/server-process.ts'
import { startTestCluster, type TestCluster } from '../connectors/postgres/testing/cluster.ts'
import { freePort } from '../host/testing/test-host.ts'

const LONG = 120_000
let folder: string
let server: ServerProcess
let customers: TestCluster
let origin: string
let token: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bergfried-fields-'))
  await chmod(folder, 0o711)
  customers = await startTestCluster()
  await customers.sql("create role looker login password 'looker' in role pg_read_all_data", 'postgres')
  await customers.sql('grant connect on database shop, postgres to looker', 'postgres')
  const [port, authority] = [await freePort(), join(folder, 'ca.pem')]
  origin = `http://127.0.0.1:${port}`
  await writeFile(authority, customers.authority)
  await writeFile(join(folder, 'password'), 'looker', { mode: 0o600 })
  await writeFile(
    join(folder, 'bergfried.yaml'),
    `listen: 127.0.0.1:${port}
systems:
  - name: shop-db
    kind: postgres
    connection: postgres://looker@127.0.0.1:${customers.port}/postgres?sslmode=verify-full&sslrootcert=${authority}
    password: { file: password }
    fields:
      - { database: shop, table: shop.integration, column: api_key, keys: [1] }
`,
  )
  const env = { BERGFRIED_CONFIG: join(folder, 'bergfried.yaml'), BERGFRIED_DATA: join(folder, 'data') }
  server = startProcess('app/server.ts', env)
  await server.until(/Bergfried is running/)
  const made = startProcess('cli/main.ts', env, { args: ['token', 'create', '--name', 'e2e', '--may', 'collect'] })
  expect(await made.ended).toBe(0)
  token = made.result().trim()
}, LONG)
afterAll(async () => {
  server?.child.kill('SIGTERM')
  await server?.ended
  await customers?.stop()
  if (folder !== undefined) await rm(folder, { recursive: true, force: true })
}, LONG)

interface Trust {
  readonly policy: { readonly chapters: readonly { readonly controls: readonly { id: string; state: string }[] }[] }
}

/** What the public is told of the promise, from the sealed statement. */
async function told(): Promise<string | undefined> {
  const answer = await fetch(`${origin}/trust.json`)
  if (!answer.ok) return undefined
  const { policy } = (await answer.json()) as Trust
  return policy.chapters.flatMap((c) => c.controls).find(({ id }) => id === 'PRD-03')?.state
}

async function untilTold(state: string): Promise<void> {
  for (let waited = 0; waited < 30_000; waited += 200) {
    if ((await told()) === state) return
    await sleep(200)
  }
  throw new Error(`the public is told ${await told()}, not ${state}`)
}

async function collect(): Promise<void> {
  const answer = await fetch(`${origin}/api/systems/shop-db/collections`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  })
  expect(answer.status).toBe(202)
}

it('the trust page says of column encryption what is in the database: one row written in clear text makes it red within one collection', {
  timeout: LONG,
}, async () => {
  await untilTold('ok')
  const secret = `sk-${randomBytes(20).toString('hex')}`
  await customers.sql(`insert into shop.integration values (7, '${secret}')`)
  await collect()
  await untilTold('alarm')
  const page = await (await fetch(`${origin}/trust/en`)).text()
  expect(page).not.toContain(secret)
  await customers.sql('delete from shop.integration where id = 7')
  await collect()
  await untilTold('ok')
})
