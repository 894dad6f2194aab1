import { spawnSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { CHECKS } from '../app/checks.generated.ts'
import { DRILLS } from '../app/drills.generated.ts'
import { loadShippedOrOwn } from '../app/house.ts'
import { FACTS } from '../facts/kinds.ts'
import { declarationProblem } from '../kernel/check/judge-sql.ts'
import { ERRORS } from '../kernel/error-codes.ts'
import { sourceFolders } from './source-folders.ts'

/** Tests of the repository itself: promises that no other tool keeps. */
const tracked = () => {
  const { stdout } = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
  return stdout.split('\n').filter((f) => f !== '' && existsSync(f))
}
const sources = () =>
  globSync('{facts,kernel,connectors,capabilities,app,cli}/**/*.ts').filter((f) => !/\.test\.ts$|testing\//.test(f))
const text = (file: string) => readFileSync(file, 'utf8')

/** Checks whose break a sandbox cannot show, and why. */
const NO_DRILL: Readonly<Record<string, string>> = {
  'hardening.package-lists-are-fresh': 'the sandbox has no way to set the modification time of a file',
  'hardening.db-release-is-supported': 'an old release of PostgreSQL would have to be there',
  'monitoring.no-failed-units': 'needs systemd as init',
  'network.no-legacy-beside-nft': 'needs the legacy iptables modules of the kernel in a namespace',
  'backup.backups-are-recent': 'the product itself is no sandbox; app/backups.test.ts takes real ones',
  'backup.backups-are-encrypted': 'the product itself is no sandbox; app/backups.test.ts takes real ones',
  'backup.restore-drills-succeed': 'the product itself is no sandbox; app/backups.test.ts damages real ones',
  'network.redundant-firewalls-agree':
    'a sandbox is one host; engines/packetspace/canonical-nft.test.ts compares real rule sets',
  'detection.sources-are-heard': 'the product itself is no sandbox; app/detection.test.ts reads real files',
  'detection.alerts-are-acknowledged': 'the product itself is no sandbox; app/detection.test.ts raises real alerts',
  'network.firewalls-have-no-blind-spots':
    'the product itself is no sandbox; capabilities/network/blind-spots.test.ts loads each into a real kernel',
  'network.intents-are-proved':
    'a sandbox is one host without a network; capabilities/network/intents.test.ts breaks an intent in a real kernel',
  'blocking.bans-are-in-force':
    'the kernel of a sandbox keeps nobody out; capabilities/blocking/blocking.test.ts takes bans away from a real one',
  'backup.databases-are-backed-up': 'the product itself is no sandbox',
  'fields.key-grants-are-approved': 'the product itself is no sandbox; app/keys.test.ts has real grants',
  'fields.key-grants-are-used': 'the product itself is no sandbox; a dormant grant takes 30 days',
  'fields.keys-are-rotated': 'the product itself is no sandbox; an old key takes a year',
  'firewall.firewalls-are-as-approved': 'the product itself is no sandbox; e2e/firewall.test.ts changes a real one',
  'firewall.firewall-reviews-are-on-time': 'the product itself is no sandbox',
  'firewall.firewall-rules-have-an-owner': 'the product itself is no sandbox; app/firewall.test.ts has real rules',
  'access.db-sessions-use-tls': 'a session in clear text needs a client address beyond loopback',
}

describe('checks', () => {
  it('are each bound by a promise, and every bound one exists', async () => {
    const policy = await loadShippedOrOwn({ policy: null })
    const bound = new Set(policy.controls.flatMap((c) => c.checks))
    expect(bound).toEqual(new Set(CHECKS.map((c) => c.id)))
  })

  it('have a drill beside them, or a reason why not', () => {
    const drilled = new Set<string>(DRILLS.map((d) => d.check))
    const bare = CHECKS.map((c) => c.id).filter((id) => !drilled.has(id))
    expect(bare.sort()).toEqual(Object.keys(NO_DRILL).sort())
    expect(DRILLS.length).toBeGreaterThanOrEqual(25)
  })

  it('lie in the folder and the file that their id says', () => {
    for (const file of globSync('capabilities/*/checks/*.check.ts')) {
      const [, folder, name] = /capabilities\/([^/]+)\/checks\/(.+)\.check\.ts$/.exec(file) ?? []
      expect(text(file)).toContain(`id: '${folder}.${name}'`)
    }
    expect(new Set(CHECKS.map((c) => c.id)).size).toBe(CHECKS.length)
  })

  it('declare kinds that exist and take no time from the database', () => {
    expect(CHECKS.map((c) => [c.id, declarationProblem(c)]).filter(([, problem]) => problem !== null)).toEqual([])
  })

  it('measure the promises of this release', async () => {
    const policy = await loadShippedOrOwn({ policy: null })
    const wanted =
      'INF-01 INF-02 INF-05 INF-06 INF-07 INF-08 INF-10 INF-11 INF-13 INF-16 INF-17 DCS-05 NET-02 PRD-01 PRD-04'
    for (const id of wanted.split(' ')) {
      expect(policy.controls.find((c) => c.id === id)?.checks.length, id).toBeGreaterThan(0)
    }
    expect(CHECKS.length).toBeGreaterThanOrEqual(45)
  })
})

describe('facts', () => {
  it('are named so that an undeclared one cannot be mistaken for a table of the database itself', () => {
    for (const kind of FACTS.keys())
      expect(['pg_class', 'pg_roles', 'pg_database', 'pg_extension', 'pg_settings']).not.toContain(kind)
  })
  it('have a sample that fits their shape', () => {
    for (const definition of FACTS.values())
      expect(definition.shape.safeParse(definition.sample).success, definition.kind).toBe(true)
  })
})

describe('errors', () => {
  it('are each documented, and nothing else is', () => {
    const documented = [...text('docs/reference/errors.md').matchAll(/^### (.+)$/gm)].map((m) => m[1])
    expect(documented).toEqual(Object.keys(ERRORS))
  })

  it('are each thrown somewhere', () => {
    const all = sources()
      .filter((f) => !f.endsWith('error-codes.ts'))
      .map(text)
      .join('\n')
    expect(Object.keys(ERRORS).filter((code) => !all.includes(`'${code}'`))).toEqual([])
  })
})

/** Clocks of PostgreSQL in a source file, comments and calls of our own clock left out. */
const sqlClocks = (source: string): readonly string[] =>
  source
    .replaceAll(/^\s*\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$/gm, '')
    .match(
      /(?<![.\w])(now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\s*\(\)(?!: Date)|(?<![./])\b(current_(date|time|timestamp)|localtime(stamp)?)\b/gi,
    ) ?? []
/** Reads the clock on purpose: when a migration ran is a fact about the database itself. */
const MAY_READ_THE_CLOCK = ['kernel/db/migrate.ts']
/** Names the clocks in order to refuse them. */
const REFUSES_THE_CLOCK = ['kernel/check/judge-sql.ts']

/** What was left unfinished or switched off. Put together from halves, so that this file does not report itself. */
const MARKS = new RegExp(
  ['\\b(TO', 'DO|FIX', 'ME|XX', 'X)\\b|\\b(it|test|describe|suite)(\\.each)?\\.(on', 'ly|sk', 'ip|to', 'do)\\b'].join(
    '',
  ),
)

/** A path that exists on one machine alone. */
const WORKPLACE = new RegExp(
  ['(?<![\\w.*~}/-])/(wo', 'rk|work', 'space|builds|Us', 'ers/[a-z]{2,}|home/run', 'ner|tmp/bergfried)/'].join(''),
)

describe('sources', () => {
  it('take the time from the clock, in SQL too', () => {
    const found = sources()
      .filter((f) => !REFUSES_THE_CLOCK.includes(f) && sqlClocks(text(f)).length > 0)
      .sort()
    expect(found).toEqual(MAY_READ_THE_CLOCK)
  })

  it.each([
    ['select now()', true],
    ["where until < CURRENT_TIMESTAMP - interval '1 day'", true],
    ['  at timestamptz not null default clock_timestamp(),', true],
    ["glob('x/*.ts'), 'where at < now()', '*/'", true],
    ["readLink('/etc/localtime')", false],
    ['const at = clock.now()', false],
    ['/** `now()` is refused. */', false],
    ['  now(): Date', false],
  ])('%j takes the time from the database: %j', (line, expected) => {
    expect(sqlClocks(line).length > 0).toBe(expected)
  })

  it('have nothing unfinished and nothing switched off', () => {
    const bad = tracked()
      .filter((f) => /\.(ts|cjs|sh|sql|md|ya?ml|json|grit)$|^bin\/|^\.ci\//.test(f))
      .filter((f) => MARKS.test(text(f)))
    expect(bad).toEqual([])
  })

  it('know nothing of the machine that they were written on', () => {
    const bad = tracked()
      .filter((f) => !f.startsWith('fixtures/'))
      .filter((f) => WORKPLACE.test(text(f)))
    expect(bad).toEqual([])
  })

  it.each([
    [
      ['TO', 'DO: later'],
      ['the to', 'do list'],
    ],
    [
      ['it.on', "ly('a')"],
      ['the on', 'ly one'],
    ],
    [
      ['describe.each.sk', "ip('a')"],
      ['context.sk', "ip('no nft')"],
    ],
  ])('%j is left behind, %j is not', (bad, good) => {
    expect(MARKS.test(bad.join(''))).toBe(true)
    expect(MARKS.test(good.join(''))).toBe(false)
  })

  it.each([
    [
      ['/wo', 'rk/main/x'],
      ['net', 'work/main/x'],
    ],
    [
      ['/Us', 'ers/me/x'],
      ['/us', 'ers/me/x'],
    ],
  ])('%j is a workplace, %j is not', (bad, good) => {
    expect(WORKPLACE.test(bad.join(''))).toBe(true)
    expect(WORKPLACE.test(good.join(''))).toBe(false)
  })

  it('lie in folders that the tools look at', () => {
    const { include } = JSON.parse(text('tsconfig.json')) as { include: string[] }
    const tests = text('vitest.config.ts')
    const knip = text('knip.json')
    for (const folder of sourceFolders()) {
      // What is made for browsers has a configuration of its own.
      expect(include.includes(folder) || existsSync(`${folder}/tsconfig.json`), `${folder} in tsconfig.json`).toBe(true)
      const named = new RegExp(`[{,]${folder}[,}]`)
      if (globSync(`${folder}/**/*.test.ts`).length > 0) expect(tests, 'vitest.config.ts').toMatch(named)
      const bare = globSync(`${folder}/**/*.ts`).some((f) => !f.endsWith('.test.ts'))
      if (bare) expect(knip, 'knip.json').toMatch(named)
    }
  })

  it('are short enough to be read in one go', () => {
    const written = tracked().filter((f) => /\.(ts|cjs|sh|grit)$/.test(f) && !f.endsWith('.generated.ts'))
    expect(written.filter((f) => text(f).trimEnd().split('\n').length > 300)).toEqual([])
  })

  it('name no registry and no download address', () => {
    expect(text('package-lock.json')).not.toContain('"resolved"')
    const host = new RegExp(['registry\\.(np', 'mjs|ya', 'rnpkg)\\.'].join(''))
    expect(tracked().filter((f) => host.test(text(f)))).toEqual([])
  })
})
