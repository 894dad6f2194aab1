import { spawnSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { CHECKS } from '../app/checks.generated.ts'
import { DRILLS } from '../app/drills.generated.ts'
import { loadShippedOrOwn } from '../app/house.ts'
import { FACTS } from '../facts/kinds.ts'
import { declarationProblem } from '../kernel/check/judge-sql.ts'
import { ERRORS } from '../kernel/error-codes.ts'

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
  it('are each thrown somewhere', () => {
    const all = sources()
      .filter((f) => !f.endsWith('error-codes.ts'))
      .map(text)
      .join('\n')
    expect(Object.keys(ERRORS).filter((code) => !all.includes(`'${code}'`))).toEqual([])
  })
})

describe('sources', () => {
  it('take the time from the clock, in SQL too', () => {
    const clock = /\b(clock_timestamp|statement_timestamp|localtimestamp|current_timestamp)\b|\bnow\(\)/
    const bad = sources()
      .filter((f) => !/kernel\/(clock|db\/migrate)/.test(f) && !f.endsWith('declarationProblem'))
      .flatMap((f) =>
        text(f)
          .split('\n')
          .filter((l) => clock.test(l) && !/clock\.now\(\)|\.now\(\)|now\(\): Date|\^|\/i\.test|\* /.test(l))
          .map((l) => `${f}: ${l.trim()}`),
      )
    expect(bad).toEqual([])
  })

  it('have nothing unfinished and nothing switched off', () => {
    const marks = new RegExp(['TO', 'DO|FIX', 'ME|XX', 'X\\b|\\.on', 'ly\\(|it\\.to', 'do'].join(''))
    const bad = tracked()
      .filter(
        (f) => /\.(ts|sql|md|yaml)$/.test(f) && f !== 'tools/house.test.ts' && f !== 'kernel/collect/redact.test.ts',
      )
      .filter((f) => marks.test(text(f)))
    expect(bad).toEqual([])
  })

  it('name no registry and no download address', () => {
    expect(text('package-lock.json')).not.toContain('"resolved"')
  })
})
