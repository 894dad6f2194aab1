import { fc, test as property } from '@fast-check/vitest'
import { beforeAll, describe, expect, it } from 'vitest'
import { formatVerifierKey } from '../engines/tlog/note.ts'
import { NOTHING_PINNED } from './log-steps.ts'
import type { Remembered } from './result.ts'
import { CHAPTERS, MADE, NOW, trustJson } from './testing/sealed-page.ts'
import type { TestLog } from './testing/test-log.ts'
import { at, before, entries, sealed, signer, stepOf, verify as verifyWith } from './testing/verify-sealed.ts'
import { type TrustOptions, verifyTrust } from './verify-trust.ts'

let log: TestLog
let json: string
let remembered: Remembered
const verify = (text: string, options: Partial<Omit<TrustOptions, 'openLog'>>) => verifyWith(text, log.read, options)
beforeAll(async () => {
  ;({ log, json } = await sealed())
  const first = await verify(json, {})
  if (first.remember === null) throw new Error(first.text.en)
  remembered = first.remember
})

/** Every leaf of a JSON value, by its path. */
function leavesOf(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (value === null || typeof value !== 'object') return [path]
  return Object.entries(value).flatMap(([name, member]) => leavesOf(member, [...path, name]))
}

function withLeaf(text: string, path: readonly (string | number)[], change: (leaf: unknown) => unknown): string {
  const whole = JSON.parse(text) as Record<string, unknown>
  const holder = path
    .slice(0, -1)
    .reduce<Record<string, unknown>>((at, name) => at[name] as Record<string, unknown>, whole)
  const name = String(path.at(-1))
  holder[name] = change(holder[name])
  return JSON.stringify(whole)
}

describe('what was sealed', () => {
  it('is proved to a visitor who comes for the first time, and says that it is the first time', async () => {
    const result = await verify(json, {})
    expect(result.steps.filter((s) => s.ok !== true)).toEqual([])
    expect(result.answer).toBe('holds')
    expect(result.seal).toMatchObject({ origin: 'log.example.com', entries: [300, 301], size: 302, at: MADE })
    expect(result.seal?.witnesses.map((w) => w.name)).toEqual(['w1.example.org', 'w2.example.org'])
    expect(stepOf(result, 'log')?.text.en).toMatch(/First contact/)
    expect(stepOf(result, 'log')?.detail?.en).toContain(formatVerifierKey(signer.key))
  })

  it('is proved to a visitor who comes again, while the log grew and dropped its partial tiles', async () => {
    const grown = (await sealed()).log
    await grown.seal(before, at)
    grown.prune()
    const page = await trustJson(grown, CHAPTERS, entries, before.length)
    const result = await verifyWith(page, grown.read, { remembered })
    expect(result).toMatchObject({ answer: 'holds' })
    expect(stepOf(result, 'history')).toMatchObject({ ok: true })
    expect(stepOf(result, 'log')?.text.en).toMatch(/same log as last time/)
  })

  it('is proved offline, without a word on what only the log can say', async () => {
    const result = await verifyTrust(json, {
      now: NOW,
      pinned: NOTHING_PINNED,
      remembered: null,
      openLog: null,
      mostBundles: 0,
    })
    expect(result.answer).toBe('holds')
    expect(result.steps.map((s) => s.id)).not.toContain('newest')
    expect(result.remember).toBeNull()
  })
})

/** Where the witnesses are found rests on nothing sealed, and nothing rests on it: it is not used to verify. */
const isAddress = (path: readonly (string | number)[]): boolean => path.at(-1) === 'url'

describe('a single changed field', () => {
  const other = (leaf: unknown, seed: number): unknown => {
    if (typeof leaf === 'string' && leaf.length > 0) {
      const at = seed % leaf.length
      return leaf.slice(0, at) + (leaf[at] === 'b' ? 'c' : 'b') + leaf.slice(at + 1)
    }
    if (typeof leaf === 'number') return leaf + 1
    return leaf === null ? MADE : null
  }

  property.prop([fc.nat(), fc.nat()], { numRuns: 400 })(
    'of any kind is never proved to whoever was there before',
    async (which, seed) => {
      const paths = leavesOf(JSON.parse(json)).filter((path) => !isAddress(path))
      const changed = withLeaf(json, paths[which % paths.length] ?? [], (leaf) => other(leaf, seed))
      expect((await verify(changed, { remembered })).answer).not.toBe('holds')
    },
  )

  it('each of them, at the first visit, too', async () => {
    for (const path of leavesOf(JSON.parse(json)).filter((p) => !isAddress(p))) {
      const changed = withLeaf(json, path, (leaf) => other(leaf, 3))
      const { answer } = await verify(changed, {})
      expect([path.join('.'), answer]).not.toEqual([path.join('.'), 'holds'])
    }
  })

  property.prop([fc.nat(), fc.jsonValue()])('of any shape is never an accident', async (which, value) => {
    const paths = leavesOf(JSON.parse(json)).filter((path) => !isAddress(path))
    const path = paths[which % paths.length] ?? []
    const changed = withLeaf(json, path, () => value)
    if (changed === json) return
    expect((await verify(changed, { remembered })).answer).not.toBe('holds')
  })

  property.prop([fc.string({ maxLength: 200 })])(
    'or any text in its place is refused without a defect',
    async (text) => {
      expect(await verify(text, {})).toMatchObject({ answer: 'fails', steps: [{ id: 'format', ok: false }] })
    },
  )

  it.each(['ok', 'attested', 'stale'])('that turns a violation into "%s" is called a lie', async (state) => {
    const path = ['policy', 'chapters', 0, 'controls', 1, 'state']
    const result = await verify(
      withLeaf(json, path, () => state),
      {},
    )
    expect(stepOf(result, 'shown')).toMatchObject({ ok: false })
    expect(stepOf(result, 'shown')?.detail?.en).toContain('INF-02 state')
  })

  it('that lowers the number of witnesses is told to whoever knew another', async () => {
    const result = await verify(
      withLeaf(json, ['evidence', 'quorum'], () => 1),
      { remembered },
    )
    expect(result.answer).toBe('unknown')
    expect(stepOf(result, 'witnesses')?.text.en).toMatch(/not those of last time/)
    // and goes on being told the next time
    const again = await verify(
      withLeaf(json, ['evidence', 'quorum'], () => 1),
      { remembered: result.remember },
    )
    expect(again.answer).toBe('unknown')
  })
})

describe('a dropped or added thing', () => {
  const edit = (
    change: (page: { policy: { chapters: { controls: unknown[] }[] }; evidence: { statements: unknown[] } }) => void,
  ) => {
    const page = JSON.parse(json)
    change(page)
    return verify(JSON.stringify(page), {})
  }

  it.each<[string, Parameters<typeof edit>[0]]>([
    ['a promise left out', (page) => page.policy.chapters[0]?.controls.pop()],
    ['a chapter left out', (page) => page.policy.chapters.pop()],
    ['promises in another order', (page) => page.policy.chapters[0]?.controls.reverse()],
    ['a part of the statement left out', (page) => page.evidence.statements.pop()],
    ['parts in another order', (page) => page.evidence.statements.reverse()],
    ['a part twice', (page) => page.evidence.statements.push(page.evidence.statements[0])],
    ['an unknown member', (page) => Object.assign(page.policy, { more: 1 })],
  ])('%s is refuted', async (_, change) => {
    expect((await edit(change)).answer).toBe('fails')
  })

  it('everything sealed left out proves nothing', async () => {
    const page = { ...JSON.parse(json), evidence: null }
    expect(await verify(JSON.stringify(page), {})).toMatchObject({ answer: 'unknown', remember: null })
  })
})

describe('time', () => {
  it('an expired statement is neither proved nor refuted, and says so', async () => {
    const result = await verify(json, { now: new Date('2026-11-01T13:00:00.000Z') })
    expect(result.answer).toBe('unknown')
    expect(result.text.en).toMatch(/Expired/)
    expect(result.text.de).toMatch(/Abgelaufen/)
  })

  it('a page that shows everything as out of date is right only once the statement expired', async () => {
    const page = JSON.parse(json)
    for (const chapter of page.policy.chapters)
      for (const control of chapter.controls) Object.assign(control, { state: 'stale', since: null })
    const stale = JSON.stringify(page)
    expect(stepOf(await verify(stale, { now: new Date('2026-11-01T13:30:00.000Z') }), 'shown')?.ok).toBe(true)
    expect(stepOf(await verify(stale, {}), 'shown')?.ok).toBeNull()
  })

  it('a statement from the future proves nothing', async () => {
    const result = await verify(json, { now: new Date('2026-11-01T11:00:00.000Z') })
    expect(result.answer).toBe('unknown')
    expect(stepOf(result, 'fresh')?.text.en).toMatch(/future/)
  })
})
