import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { Correlator } from './correlator.ts'
import type { SigmaEvent } from './event-fields.ts'
import { Matcher } from './matcher.ts'
import { behaviourRules, behavioursOf } from './testing/behaviours.ts'
import { SOURCE, soundPack } from './testing/rules.ts'

const ARCHIVE = join(import.meta.dirname, '..', '..', '..', 'shared', 'data', 'detection', 'dev.tgz')
/** Cases of the corpus, with how many overflows each expects. */
const CASES: [string, number][] = [
  ['ssh-bf', 2],
  ['ssh-slow-bf', 1],
  ['ssh-time-based-bf', 2],
  ['ssh-timeout', 2],
  ['sshd-bad-keyexchange-bf', 3],
  ['sshd-invalid-bf', 1],
  ['sshd-refused-conn', 1],
  ['sshd_banner_exchange', 1],
  ['nginx-http-path-traversal', 1],
  ['nginx-http-sensitive-files', 1],
  ['apache-http-probing', 1],
  ['http-admin-interface-probing', 1],
  ['http-bf-wordpress-bf', 1],
  ['nginx-bad-user-agent', 1],
]
/** Logs that no overflow may come of, whatever is looked for. */
const QUIET = ['sshd-logs-fp', 'sshd-success-logs']

describe.skipIf(!existsSync(ARCHIVE))('overflows of the log corpus (needs ../shared/data)', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sigma-overflows-'))
    expect(spawnSync('tar', ['xzf', ARCHIVE, '-C', folder, './crowdsec-hub-tests']).status).toBe(0)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const fileOf = (name: string, file: string) =>
    readFileSync(join(folder, 'crowdsec-hub-tests', '.tests', name, file), 'utf8')

  it.each(CASES)('%s: each overflow with its address and its count, and no other', (name, count) => {
    const expected = overflowsIn(fileOf(name, 'scenario.assert'))
    expect(expected).toHaveLength(count)
    const config: { scenarios: string[]; log_file: string } = parse(fileOf(name, 'config.yaml'))
    const files = config.scenarios.map((path) => path.replace(/^.*\/|\.yaml$/g, ''))
    // A file of scenarios holds variants of its own name. Where a name differs from its file's, the assertions tell it.
    const names = behavioursOf((one) => files.includes(one.replace(/_user-enum$/, '')) || one === expected[0]?.[0])
    expect(hitsOn(fileOf(name, config.log_file), names)).toEqual(expected)
  })

  it.each(QUIET)('%s: no overflow of any behaviour', (name) => {
    const logs = readdirSync(join(folder, 'crowdsec-hub-tests', '.tests', name)).filter((file) => file.endsWith('.log'))
    expect(logs).toHaveLength(1)
    for (const log of logs) {
      expect(
        hitsOn(
          fileOf(name, log),
          behavioursOf(() => true),
        ),
      ).toEqual([])
    }
  })
})

type Overflow = readonly [behaviour: string, address: string, count: number]

const sorted = (overflows: Overflow[]): Overflow[] => overflows.sort((a, b) => (a.join() < b.join() ? -1 : 1))

/** What the corpus expects: behaviour, address, number of events in the bucket. */
function overflowsIn(assertions: string): Overflow[] {
  const found: Overflow[] = []
  for (let i = 0; ; i++) {
    const of = (pattern: string) => new RegExp(pattern.replace('results', `results\\[${i}\\]`)).exec(assertions)?.[1]
    const address = of('"([^"]+)" in results\\.Overflow\\.GetSources\\(\\)')
    const behaviour = of('results\\.Overflow\\.Alert\\.GetScenario\\(\\) == "[^/"]+/([^"]+)"')
    const count = of('results\\.Overflow\\.Alert\\.GetEventsCount\\(\\) == (\\d+)')
    if (address === undefined || behaviour === undefined) return sorted(found)
    found.push([behaviour, address, Number(count)])
  }
}

function hitsOn(log: string, names: readonly string[]): Overflow[] {
  const pack = soundPack(behaviourRules(names))
  const matcher = new Matcher(pack)
  const correlator = new Correlator(pack)
  const hits: Overflow[] = []
  let newest = 0
  for (const line of log.split('\n')) {
    const read = syslogEvent(line) ?? accessEvent(line)
    if (read === null) continue
    const { event, time } = read
    newest = Math.max(newest, time)
    const matched = matcher.match(event, SOURCE)
    for (const hit of correlator.observe({ event, matched, time, arrived: newest })) {
      hits.push([pack.rules[hit.rule]?.name ?? '?', hit.group['address'] ?? '?', hit.value])
    }
  }
  expect(newest).toBeGreaterThan(0)
  return sorted(hits)
}

interface Read {
  readonly event: SigmaEvent
  readonly time: number
}

/** sshd as syslog has it, by all of its names. */
function syslogEvent(line: string): Read | null {
  const [, month, day, clock, message = ''] =
    /^(\w{3}) +(\d+) ([\d:]+) \S+ sshd(?:-session)?\[\d+\]: (.*)$/.exec(line) ?? []
  if (month === undefined) return null
  const address = /\d+\.\d+\.\d+\.\d+/.exec(message)?.[0]
  const user = /user (\S+) from/.exec(message)?.[1]
  return {
    event: { message, ...(address === undefined ? {} : { address }), ...(user === undefined ? {} : { user }) },
    time: Date.parse(`${day} ${month} 2026 ${clock} UTC`),
  }
}

/** The combined log of a web server, with or without its syslog head. */
function accessEvent(line: string): Read | null {
  const [, address, date, clock, zone, method, uri, status, agent = ''] =
    /([\d.]+) \S+ \S+ \[([^:]+):(\S+) (\S+)\] "(\S+) (.+?) HTTP[^"]*" (\d{3})(?: \S+ "[^"]*" "([^"]*)")?/.exec(line) ??
    []
  if (date === undefined) return null
  const time = Date.parse(`${date.replaceAll('/', ' ')} ${clock} ${zone}`)
  return { event: { address, method, uri, status: Number(status), agent }, time }
}
