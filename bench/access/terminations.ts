import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { HOME } from '../../app/home.ts'
import { accessHouse, entitlement } from '../../app/testing/access-house.ts'
import { actsOnPostgres } from '../../capabilities/access/enforce.ts'
import { lock, unlock } from '../../capabilities/access/people/lock.ts'
import { approve } from '../../capabilities/access/request/review.ts'
import { readGrants } from '../../capabilities/access/views.ts'
import { ACTING } from '../../connectors/postgres/acting/names.ts'
import { prepareCluster, prepareSchema } from '../../connectors/postgres/acting/prepare.ts'
import { startTestCluster } from '../../connectors/postgres/testing/cluster.ts'
import { publicLine, USER } from '../../host/testing/keys.ts'
import { TestHost } from '../../host/testing/test-host.ts'
import { sshPerson } from '../../keeper/access/testing/people.ts'
import type { Database } from '../../kernel/db/database.ts'
import { scramVerifier } from '../../kernel/scram/scram.ts'
import { quantile, table } from '../median.ts'

/** Accounts are made on this very machine: nobody else's may have their name. */
const TAG = randomBytes(3).toString('hex')
const [ANNA, BERT] = [`anna${TAG}@example.com`, 'bert@example.com']
const PASSWORD = 'known-to-the-person'
const LOOPS = 6

/**
 * A leaver with a shell on a host, a role on PostgreSQL and an application, and an adversary on each: children that left their session,
 * clients that sign in again and again, a session under another role. From the lock to proven gone, and whether anything lives on.
 */
export async function terminations(database: Database, runs: number): Promise<string> {
  if (process.getuid?.() !== 0) return 'termination: needs root'
  const cluster = await startTestCluster()
  const host = await TestHost.start({ pam: true })
  const admin = new pg.Client({ connectionString: cluster.connectionString })
  await admin.connect()
  for (const sql of prepareCluster(180_000, 'acting')) await admin.query(sql)
  await admin.query('create table orders (id int)')
  const { rows } = await admin.query<{ u: string }>('select current_user u')
  for (const sql of prepareSchema('postgres', 'public', rows[0]?.u ?? '')) await admin.query(sql)
  const actor = actsOnPostgres({
    system: 'db',
    connectionString: `postgres://${ACTING}@127.0.0.1:${cluster.port}/postgres?sslmode=require`,
    password: async () => 'acting',
  })
  const house = await accessHouse(
    [
      entitlement('shell', { system: 'db-1', kind: 'host', level: 'shell', extensions: ['permit-pty'] }),
      entitlement('write', { system: 'db', kind: 'postgres', level: 'write' }),
      entitlement('wiki', { system: 'wiki' }),
    ],
    new Map([['db', actor]]),
    database,
  )
  const bert = sshPerson(BERT)
  try {
    await house.person(ANNA, 'member')
    await house.person(BERT, 'owner')
    await house.access.keeper.enrol(bert.approver, [])
    await house.call(ANNA, 'POST', '/api/me/ssh-keys', { line: publicLine(USER), label: 'x' })
    const origin = await house.listen()
    const { authority, orders } = await house.access.keeper.status()
    host.settings(origin, { authority, orders })
    await writeFile(host.layout.userAuthority, `${authority}\n`)
    const { body } = await house.call(BERT, 'POST', '/api/access/hosts', { name: 'db-1' })
    await writeFile(host.layout.token, `${(body as { token: string }).token}\n`, { mode: 0o600 })
    host.spawn(process.execPath, [join(HOME, 'host/testing/agent-child.ts'), host.root, host.layout.managedGroup])
    const times = new Map<string, number[]>()
    let survived = 0
    for (let run = 0; run < runs; run++) survived += await one(house, host, cluster.port, bert, times)
    const all = [...times.values()].flat()
    return table([
      [`lock to proven gone, ${runs} leavers (s)`, 'p50', 'p95', 'max', 'survived'],
      ...[...times, ['all', all] as const].map(([name, seconds]) => [
        name,
        ...[0.5, 0.95, 1].map((q) => quantile(seconds, q).toFixed(2)),
        name === 'all' ? String(survived) : '',
      ]),
    ])
  } finally {
    await host[Symbol.asyncDispose]()
    await house.close()
    await admin.end()
    await cluster.stop()
  }
}

type House = Awaited<ReturnType<typeof accessHouse>>

async function one(
  house: House,
  host: TestHost,
  port: number,
  bert: ReturnType<typeof sshPerson>,
  times: Map<string, number[]>,
): Promise<number> {
  const pool = house.db.stage('bf_access')
  const ids: string[] = []
  for (const [name, credential] of [
    ['shell', null],
    ['write', scramVerifier(PASSWORD)],
    ['wiki', null],
  ]) {
    const { body } = await house.call(ANNA, 'POST', '/api/access/requests', {
      entitlement: name,
      seconds: 3600,
      need: 'bench',
      credential,
    })
    const { id, text } = body as { id: string; text: string }
    await approve(house.deps, id, await bert.approve(text))
    ids.push(id)
  }
  const grants = async () => (await readGrants(pool, { person: ANNA, which: 'all' })).filter((g) => ids.includes(g.id))
  while ((await grants()).some((g) => g.appliedAt === null)) await sleep(20)
  const [shell, write] = ids.map((id) => id)
  const account = (await grants()).find((g) => g.id === shell)?.account ?? ''
  if (!host.accounts.includes(account)) host.accounts.push(account)
  const { certificate } = await house.access.keeper.certify(shell ?? '', publicLine(USER))
  const client = host.withCertificate(
    account,
    certificate,
    'setsid sh -c "while :; do sleep 1; done" & (nohup sleep 600 >/dev/null 2>&1 &) ; echo in; sleep 600',
  )
  await client.says(/in/)
  const role = (await grants()).find((g) => g.id === write)?.external?.split('/')[1] ?? ''
  let on = true
  const open: pg.Client[] = []
  const again = async (as: string | null): Promise<void> => {
    while (on) {
      const inside = new pg.Client({
        host: '127.0.0.1',
        port,
        user: role,
        password: PASSWORD,
        database: 'postgres',
        ssl: { rejectUnauthorized: false },
      })
      inside.on('error', () => undefined)
      try {
        await inside.connect()
        // From 16 on a member may use the group's rights and not become it.
        if (as !== null) await inside.query(`set role ${as}`).catch(() => undefined)
        open.push(inside)
      } catch {
        await sleep(2)
      }
    }
  }
  const loops = Array.from({ length: LOOPS }, (_, i) => again(i % 2 === 0 ? null : 'bf_rw'))
  while (open.length < 4) await sleep(5)
  const began = performance.now()
  await lock(house.deps, { kind: 'person', target: ANNA, reason: 'bench', by: BERT, why: 'left' })
  const left = new Set(ids)
  while (left.size > 0 && performance.now() - began < 60_000) {
    for (const g of await grants()) {
      if (g.step?.state !== 'verified-gone' || !left.has(g.id)) continue
      left.delete(g.id)
      const name = { host: 'sshd', postgres: 'PostgreSQL', application: 'forward-auth' }[g.kind] ?? g.kind
      times.set(name, [...(times.get(name) ?? []), (performance.now() - began) / 1000])
    }
    await sleep(10)
  }
  const alive = host.must('sh', ['-c', 'pgrep -r D,I,R,S,T -u "$1" | wc -l', 'sh', account]).trim()
  on = false
  await Promise.all(loops)
  const sessions = await Promise.all(
    open.map((c) =>
      c.query('select 1').then(
        () => 1,
        () => 0,
      ),
    ),
  )
  for (const c of open) await c.end().catch(() => undefined)
  await unlock(house.deps, { kind: 'person', target: ANNA, by: BERT })
  return left.size + Number(alive) + sessions.reduce<number>((sum, n) => sum + n, 0)
}
