import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SigmaEvent } from './event-fields.ts'
import { Matcher } from './matcher.ts'
import { matchNaively } from './naive.ts'
import { SOURCE, soundPack } from './testing/rules.ts'

const ARCHIVE = join(import.meta.dirname, '..', '..', '..', 'shared', 'data', 'detection', 'dev.tgz')

/** How many records of a case have all of these values. */
interface Check {
  readonly count: number
  readonly match: Readonly<Record<string, unknown>>
}

describe.skipIf(!existsSync(ARCHIVE))('records of Suricata (needs ../shared/data)', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sigma-suricata-'))
    expect(spawnSync('tar', ['xzf', ARCHIVE, '-C', folder, './suricata-eve']).status).toBe(0)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('each expected count of records, asked as a rule, is what index and oracle count', () => {
    const root = join(folder, 'suricata-eve')
    let [records, all, asked] = [0, 0, 0]
    for (const name of readdirSync(root)) {
      const { checks }: { checks: Check[] } = JSON.parse(readFileSync(join(root, name, 'expected.json'), 'utf8'))
      const askable = checks.filter(({ match }) => Object.entries(match).every(isAskable))
      all += checks.length
      asked += askable.length
      const pack = soundPack(askable.map(({ match }, i) => ruleOf(match, i)).join('---\n'))
      const matcher = new Matcher(pack)
      const counts = askable.map(() => 0)
      for (const line of readFileSync(join(root, name, 'eve.json'), 'utf8').split('\n')) {
        if (line === '') continue
        const event: SigmaEvent = JSON.parse(line)
        records++
        const found = matcher.match(event, SOURCE)
        for (const position of found) counts[position] = (counts[position] ?? 0) + 1
        if (records % 10 === 0) expect(found).toEqual(matchNaively(pack, event, SOURCE))
      }
      expect({ name, counts }).toEqual({ name, counts: askable.map(({ count }) => count) })
    }
    expect({ records, all, asked }).toEqual({ records: 48_928, all: 1871, asked: 1751 })
  })
})

/** Sigma has no word for the n-th element of a list, for a whole list as a value, or for a length. */
const isAskable = ([key, value]: [string, unknown]): boolean =>
  !/\[|\.__len$/.test(key) && (typeof value !== 'object' || value === null)

/** A check as a rule: `has-key`, `not-has-key` and `__endswith` are the corpus's own words; text is compared as it stands. */
function ruleOf(match: Check['match'], i: number): string {
  const items = Object.entries(match).map(([key, value]) => {
    if (key === 'has-key' || key === 'not-has-key') return [`${String(value)}|exists`, key === 'has-key']
    const field = key.endsWith('.__endswith') ? `${key.slice(0, -'.__endswith'.length)}|endswith` : key
    return typeof value === 'string' ? [`${field}|cased`, value.replace(/[*?\\]/g, '\\$&')] : [field, value]
  })
  const detection = JSON.stringify({ s: Object.fromEntries(items), condition: 's' })
  return `title: r${i}\nid: r${i}\nlogsource: { product: test }\ndetection: ${detection}\n`
}
