import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SigmaEvent } from './event-fields.ts'
import type { EventSource } from './ir.ts'
import { Matcher } from './matcher.ts'
import { matchNaively } from './naive.ts'
import { compilePack, type Pack, type RuleFile } from './pack.ts'
import { packFromText, packToText } from './pack-text.ts'
import { OWN } from './pipelines/own.ts'
import { SYSMON_EVTX } from './pipelines/sysmon.ts'
import { Router } from './router.ts'

const AUDITD: EventSource = { product: 'linux', service: 'auditd' }
const SSHD: EventSource = { product: 'linux', service: 'sshd' }
const WEB: EventSource = { category: 'webserver', product: 'nginx', service: 'nginx' }
const DATA = join(import.meta.dirname, '..', '..', '..', 'shared', 'data', 'detection')
const ARCHIVES = ['sigma-rules.tgz', 'dev.tgz'].map((name) => join(DATA, name))

describe.skipIf(!ARCHIVES.every((path) => existsSync(path)))('the public rule tree (needs ../shared/data)', () => {
  let folder = ''
  let files: RuleFile[] = []
  let pack: Pack
  let own: Pack

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sigma-test-'))
    for (const path of ARCHIVES) expect(spawnSync('tar', ['xzf', path, '-C', folder]).status).toBe(0)
    files = readdirSync(folder)
      .filter((name) => name.startsWith('rules'))
      .flatMap((name) => below(join(folder, name), '.yml'))
      .map((path) => ({ file: relative(folder, path), text: readFileSync(path, 'utf8') }))
    pack = compilePack(files, { pipeline: SYSMON_EVTX })
    own = compilePack(
      files.filter(({ file }) => !file.includes('windows')),
      { pipeline: OWN },
    )
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('every rule is taken, but those whose placeholders nobody filled, and each of these says so with its line', () => {
    expect(files.length).toBe(3780)
    expect(pack.rules.length + pack.problems.length).toBe(files.length)
    for (const { code, reason, line } of pack.problems) {
      expect(code).toBe('unresolved')
      expect(reason).toMatch(/^placeholder %\S+% has no value$/)
      expect(line).toBeGreaterThan(10)
    }
    expect(pack.problems.length).toBe(25)
  })

  it('all 109 cases fire their rule, and nothing that the oracle does not', () => {
    const matcher = new Matcher(packFromText(packToText(pack), pack.hash))
    const router = new Router(pack.routes)
    const source: EventSource = { product: 'windows' }
    const cases = readdirSync(join(folder, 'sigma-regression'))
    expect(cases.length).toBe(109)
    const silent = cases.filter((name) => {
      const found = eventsOf(join(folder, 'sigma-regression', name)).flatMap((event) => {
        const positions = matcher.match(event, source)
        expect(positions).toEqual(matchNaively(pack, event, router.route(event, source)))
        return positions.map((position) => pack.rules[position]?.id)
      })
      return !found.includes(name.replace('.json', ''))
    })
    expect(silent).toEqual([])
  })

  it('index and oracle agree on every line of the logs of audit, sshd and web servers', () => {
    const logs = below(join(folder, 'crowdsec-hub-tests'), '.log').filter((path) =>
      /audit|nginx|ssh|http|apache|cve/i.test(path),
    )
    const matcher = new Matcher(own)
    const hits = new Map<string, number>()
    let events = 0
    for (const path of logs) {
      const source = /audit/.test(path) ? AUDITD : /ssh/.test(path) ? SSHD : WEB
      for (const line of readFileSync(path, 'utf8').split('\n')) {
        for (const event of [recordOf(line), { 'cs-uri-query': line, 'cs-user-agent': line, message: line }]) {
          const found = matcher.match(event, source)
          expect(found).toEqual(matchNaively(own, event, source))
          for (const position of found) {
            const title = own.rules[position]?.title ?? '?'
            hits.set(title, (hits.get(title) ?? 0) + 1)
          }
          events++
        }
      }
    }
    expect(logs.length).toBe(114)
    expect(events).toBe(3868)
    // What these rules are for is what the logs hold, and nothing else fires.
    expect(Object.fromEntries(hits)).toEqual({
      'CVE-2020-5902 F5 BIG-IP Exploitation Attempt': 3,
      'Fortinet CVE-2018-13379 Exploitation': 1,
      'JNDIExploit Pattern': 1,
      'Java Payload Strings': 6,
      'Log4j RCE CVE-2021-44228 Generic': 5,
      'Log4j RCE CVE-2021-44228 in Fields': 4,
      'Path Traversal Exploitation Attempts': 8,
      'Program Executions in Suspicious Folders': 1,
      'Pulse Secure Attack CVE-2019-11510': 2,
      'Remote File Copy': 2,
      'Source Code Enumeration Detection by Keyword': 5,
      'Suspicious User-Agents Related To Recon Tools': 11,
    })
  })

  it('index and oracle agree on records of Suricata', () => {
    const matcher = new Matcher(own)
    const sources: EventSource[] = [
      { category: 'webserver' },
      { category: 'dns' },
      { category: 'proxy' },
      { category: 'firewall' },
    ]
    let seen = 0
    for (const path of below(join(folder, 'suricata-eve'), 'eve.json')) {
      for (const line of readFileSync(path, 'utf8').split('\n').slice(0, 3)) {
        if (line === '') continue
        const event = JSON.parse(line) as SigmaEvent
        const source = sources[seen++ % sources.length] ?? {}
        expect(matcher.match(event, source)).toEqual(matchNaively(own, event, source))
      }
    }
    expect(seen).toBe(1629)
  })

  it('every Windows event is judged by a few rules of the thousands that fit it', () => {
    const matcher = new Matcher(pack)
    let judged = 0
    let events = 0
    for (const name of readdirSync(join(folder, 'sigma-regression'))) {
      for (const event of eventsOf(join(folder, 'sigma-regression', name))) {
        matcher.match(event, { product: 'windows' })
        judged += matcher.judged
        events++
      }
    }
    expect(events).toBe(120)
    expect(judged / events).toBeLessThan(15)
  })
})

const below = (folder: string, ending: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()

/** A case is one object or several, each on its own lines. */
const eventsOf = (path: string): SigmaEvent[] =>
  readFileSync(path, 'utf8')
    .split(/\n(?=\{)/)
    .filter((text) => text.trim() !== '')
    .map((text) => JSON.parse(text) as SigmaEvent)

function recordOf(line: string): SigmaEvent {
  const record: Record<string, string> = {}
  for (const [, name = '', quoted, bare] of line.matchAll(/(\w+)=(?:"([^"]*)"|([^\s"]+))/g))
    record[name] = quoted ?? bare ?? ''
  return record
}
