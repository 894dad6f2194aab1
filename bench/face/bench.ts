import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import autocannon from 'autocannon'
import { builtConsole } from '../../app/console/build.ts'
import { frontFiles } from '../../app/console/front-files.ts'
import { startDatabase } from '../../app/database-start.ts'
import { CHECK_BY_ID, loadShippedOrOwn } from '../../app/house.ts'
import { ROUTES } from '../../app/routes.generated.ts'
import { openGate } from '../../capabilities/identity/gate.ts'
import { beginSession } from '../../capabilities/identity/sessions/session-store.ts'
import { fillLargeHouse } from '../../capabilities/overview/testing/large-house.ts'
import { systemClock } from '../../kernel/clock/clock.ts'
import { registeredSystems } from '../../kernel/collect/systems.ts'
import { LiveFeed } from '../../kernel/http/live-feed.ts'
import { createHttp } from '../../kernel/http/server.ts'
import { median, table } from '../median.ts'
import { inBrowser } from './in-browser.ts'

const ROWS = 125_000
const ENTRIES = 1_000_000
const RATE = 500
const SECONDS = 10
const TIMES = 15

/** The console over a large installation: what the first visit costs, how soon it can be used, how quick its questions are. */
export async function run(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bergfried-bench-'))
  const opened = await startDatabase(folder, null)
  try {
    const policy = await loadShippedOrOwn({ policy: null })
    const bound = new Set(policy.controls.flatMap((c) => c.checks))
    const checks = [...CHECK_BY_ID.values()].filter((c) => bound.has(c.id) && c.appliesTo === 'host')
    const { database } = opened
    const now = systemClock.now()
    await fillLargeHouse(database, { checks, systems: 1000, rows: ROWS, okEvery: 5, entries: ENTRIES, now })
    const files = await frontFiles(await builtConsole(join(folder, 'console')))
    const origin = { url: '' }
    const signIn = {
      get url() {
        return origin.url
      },
      providers: [],
      key: Buffer.alloc(32, 1),
      language: 'en' as const,
    }
    const http = await createHttp({
      routes: ROUTES,
      deps: {
        database,
        clock: systemClock,
        policy,
        checks: CHECK_BY_ID,
        systems: await registeredSystems(database.stage('bf_desk')),
        evidence: null,
        live: new LiveFeed(),
        signIn,
        demo: false,
        securityTxt: null,
        access: null,
        backups: null,
        blocking: null,
        network: null,
        detection: null,
        firewall: null,
        keys: null,
        front: async () => files,
        collectNow: () => undefined,
        changed: () => undefined,
      },
      gate: await openGate({ database, clock: systemClock, signIn }),
      version: '0',
      lang: 'en',
      onDefect: (where, error) => process.stderr.write(`${where}: ${(error as Error).stack}\n`),
    })
    const address = await http.listen({ host: '127.0.0.1', port: 0 })
    origin.url = `http://localhost:${new URL(address).port}`
    const person = randomUUID()
    const stage = database.stage('bf_identity')
    await stage.query(
      `insert into identity.person (id, login, name, language, roles, created_at, joined_at)
       values ($1, 'bench@example.com', 'bench', 'en', '{owner}', $2, $2)`,
      [person, now],
    )
    const begun = await stage.transaction((tx) =>
      beginSession(tx, now, person, 'passkey', { device: 'bench', address: '127.0.0.1' }),
    )
    const cookie = `bergfried-session=${begun?.token}`

    const seen = await inBrowser(origin.url, begun?.token ?? '')
    const kb = (bytes: number): string => (bytes / 1000).toFixed(0)
    process.stdout.write(
      `${table([
        ['policy page, 50 sentences, 100,000 findings, in Chromium', 'first', 'p50', 'max'],
        [
          'until it can be used (ms)',
          ...[seen.usable[0] ?? 0, median(seen.usable), Math.max(...seen.usable)].map((n) => n.toFixed(0)),
        ],
        [
          'until a sentence is open (ms)',
          ...[seen.opened[0] ?? 0, median(seen.opened), Math.max(...seen.opened)].map((n) => n.toFixed(0)),
        ],
      ])}\n\nfirst load, compressed: ${kb(seen.bytes)} kB (scripts ${kb(seen.scripts)}, fonts ${kb(seen.fonts)})\n\n`,
    )
    const rows = [['questions (ms)', 'first', 'p50', 'max']]
    for (const path of [
      '/api/policy',
      '/api/tables/findings?limit=100',
      '/api/tables/findings?limit=100&offset=90000',
      '/api/tables/findings?limit=100&sort=resource&offset=90000',
      '/api/tables/findings?limit=100&q=resource-77',
      '/api/tables/systems?limit=100&offset=900',
      '/api/tables/evidence?limit=100&offset=900000',
      '/api/tables/evidence?limit=100&kind=judgement',
    ]) {
      const times: number[] = []
      for (let i = 0; i < TIMES; i++) {
        const from = performance.now()
        const answer = await fetch(`${origin.url}${path}`, { headers: { cookie } })
        await answer.arrayBuffer()
        if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
        times.push(performance.now() - from)
        // The policy is answered anew every two seconds: what is measured is making it.
        if (path === '/api/policy') await new Promise((resolve) => setTimeout(resolve, 2100))
      }
      rows.push([path, ...[times[0] ?? 0, median(times), Math.max(...times)].map((n) => n.toFixed(1))])
    }
    process.stdout.write(`${table(rows)}\n\n`)
    const shown = [
      [`trust page, ${RATE} requests/s for ${SECONDS} s (autocannon)`, 'sent', 'kB', 'p50 ms', 'p97.5 ms', 'p99 ms'],
    ]
    for (const path of ['/trust/de', '/trust.json']) {
      const bytes = (
        await (await fetch(`${origin.url}${path}`, { headers: { 'accept-encoding': 'br' } })).arrayBuffer()
      ).byteLength
      const result = await autocannon({
        url: `${origin.url}${path}`,
        overallRate: RATE,
        connections: 20,
        duration: SECONDS,
        headers: { 'accept-encoding': 'br' },
      })
      const { latency } = result
      shown.push([
        path,
        String(result.requests.sent),
        kb(bytes),
        ...[latency.p50, latency.p97_5, latency.p99].map(String),
      ])
    }
    process.stdout.write(`${table(shown)}\n`)
    await http.close()
  } finally {
    await opened.close()
    await opened.embedded?.stop()
    await rm(folder, { recursive: true, force: true })
  }
}
