import { beforeAll, describe, expect, it } from 'vitest'
import { formatVerifierKey } from '../engines/tlog/note.ts'
import { NOTHING_PINNED } from './log-steps.ts'
import { CannotLook } from './refuse.ts'
import { both, type Remembered } from './result.ts'
import { CHAPTERS, privateEntry, statementEntries, trustJson } from './testing/sealed-page.ts'
import { newSigner, newWitness, TestLog } from './testing/test-log.ts'
import { at, before, entries, sealed, signer, stepOf, verify, witnesses } from './testing/verify-sealed.ts'

let log: TestLog
let json: string
let remembered: Remembered
beforeAll(async () => {
  ;({ log, json } = await sealed())
  const first = await verify(json, log.read)
  if (first.remember === null) throw new Error(first.text.en)
  remembered = first.remember
})

describe('the log', () => {
  it('with another key than last time is an alarm', async () => {
    const other = new TestLog({ signer: newSigner('log.example.com'), witnesses })
    await other.seal([...before, ...entries], at)
    const page = await trustJson(other, CHAPTERS, entries, before.length)
    const result = await verify(page, other.read, { remembered })
    expect(result).toMatchObject({ answer: 'fails', remember: null })
    expect(stepOf(result, 'log')?.text.en).toMatch(/ALARM/)
  })

  it('with another key than the given one is refuted', async () => {
    const pinned = { ...NOTHING_PINNED, verifierKey: formatVerifierKey(newSigner('log.example.com').key) }
    expect(stepOf(await verify(json, log.read, { pinned }), 'log')?.ok).toBe(false)
  })

  it('that is believed only with a witness of the reader needs that witness', async () => {
    const [w1] = witnesses.map((w) => formatVerifierKey(w.key))
    const mine = { ...NOTHING_PINNED, witnesses: [w1 ?? ''] }
    expect((await verify(json, log.read, { pinned: mine })).answer).toBe('holds')
    const stranger = { ...NOTHING_PINNED, witnesses: [formatVerifierKey(newWitness('w3.example.org').key)] }
    expect(stepOf(await verify(json, log.read, { pinned: stranger }), 'witnesses')?.ok).toBe(false)
  })

  it('with too few cosignatures is refuted', async () => {
    const lonely = new TestLog({ signer, witnesses })
    await lonely.seal([...before, ...entries], at, witnesses.slice(0, 1))
    const page = await trustJson(lonely, CHAPTERS, entries, before.length)
    const result = await verify(page, lonely.read)
    expect(stepOf(result, 'witnesses')).toMatchObject({ ok: false })
    expect(result.answer).toBe('fails')
  })

  it('without witnesses is not proved, unless the reader asks for none', async () => {
    const alone = new TestLog({ signer })
    await alone.seal([...before, ...entries], at)
    const page = await trustJson(alone, CHAPTERS, entries, before.length)
    const result = await verify(page, alone.read)
    expect(result.answer).toBe('unknown')
    expect(result.text.en).toMatch(/Unwitnessed/)
    const pinned = { ...NOTHING_PINNED, quorum: 0 }
    expect((await verify(page, alone.read, { pinned })).answer).toBe('holds')
  })

  it('that witnesses itself is refuted', async () => {
    const page = JSON.parse(json)
    page.evidence.witnesses = [{ verifierKey: page.evidence.verifierKey, url: '' }]
    page.evidence.quorum = 1
    expect((await verify(JSON.stringify(page), log.read)).answer).toBe('fails')
  })

  it('rolled back is an alarm for whoever saw more', async () => {
    const short = new TestLog({ signer, witnesses })
    await short.seal(entries, at)
    const page = await trustJson(short, CHAPTERS, entries, 0)
    const result = await verify(page, short.read, { remembered })
    expect(stepOf(result, 'history')).toMatchObject({ ok: false })
    expect(result.text.en).toMatch(/rolled back/)
    expect(result.remember).toBeNull()
    // A stranger cannot know.
    expect((await verify(page, short.read)).answer).toBe('holds')
  })

  it('rewritten below what was seen is an alarm', async () => {
    const other = new TestLog({ signer, witnesses })
    await other.seal([...before.toReversed(), ...entries, ...before], at)
    const page = await trustJson(other, CHAPTERS, entries, before.length)
    expect(stepOf(await verify(page, other.read, { remembered }), 'history')).toMatchObject({ ok: false })
  })

  it('forked from its own page is refuted', async () => {
    const other = new TestLog({ signer, witnesses })
    await other.seal([...before.toReversed(), ...entries, ...before], at)
    const result = await verify(json, other.read)
    expect(stepOf(result, 'head')).toMatchObject({ ok: false })
    expect(stepOf(result, 'head')?.detail?.en).toMatch(/forked/)
  })

  it('a head that lags a little behind the page is no fork', async () => {
    const grown = (await sealed()).log
    const lagging = grown.files.get('checkpoint')
    await grown.seal(before, at)
    const page = await trustJson(grown, CHAPTERS, entries, before.length)
    const readLog = async (path: string) => (path === 'checkpoint' ? (lagging ?? null) : grown.read(path))
    expect((await verify(page, readLog, { remembered })).answer).toBe('holds')
  })

  it('that cannot be reached leaves open what only it can show', async () => {
    const readLog = async (): Promise<null> => {
      throw new CannotLook(both('kein Netz', 'no network'))
    }
    const result = await verify(json, readLog, { remembered })
    expect(result.answer).toBe('unknown')
    expect(stepOf(result, 'head')).toMatchObject({ ok: null, detail: { en: 'no network' } })
  })

  it('with a tile that was tampered with is refuted', async () => {
    const grown = (await sealed()).log
    await grown.seal(before, at)
    const readLog = async (path: string) => {
      const bytes = await grown.read(path)
      return path.startsWith('tile/0') && bytes !== null ? bytes.map((b, i) => (i === 40 ? b ^ 1 : b)) : bytes
    }
    expect((await verify(json, readLog)).answer).toBe('fails')
  })
})

describe('a newer statement', () => {
  const newer = (madeAt: string) => statementEntries(CHAPTERS, { at: madeAt, validUntil: '2026-11-01T14:00:00.000Z' })
  const grownBy = async (madeAt: string) => {
    const grown = (await sealed()).log
    await grown.seal([...before, ...newer(madeAt), ...before], at)
    return grown
  }

  it('that the page withholds is told', async () => {
    const grown = await grownBy('2026-11-01T12:05:00.000Z')
    const result = await verify(json, grown.read)
    expect(stepOf(result, 'newest')).toMatchObject({ ok: false })
    expect(stepOf(result, 'newest')?.detail?.en).toContain('2026-11-01T12:05')
  })

  it('that was sealed a moment ago may be missing from the page', async () => {
    const grown = await grownBy('2026-11-01T12:09:30.000Z')
    expect((await verify(json, grown.read)).answer).toBe('holds')
  })

  it('is not looked for in more entries than are allowed, and that is said', async () => {
    const grown = await grownBy('2026-11-01T12:05:00.000Z')
    const result = await verify(json, grown.read, { mostBundles: 1 })
    expect(stepOf(result, 'newest')).toMatchObject({ ok: null })
  })

  it('cannot be hidden by a forged bundle', async () => {
    const grown = await grownBy('2026-11-01T12:05:00.000Z')
    const honest = (await sealed()).log
    await honest.seal([...before, privateEntry(1), ...before], at)
    const readLog = async (path: string) => (path.startsWith('tile/entries') ? honest.read(path) : grown.read(path))
    expect(stepOf(await verify(json, readLog), 'newest')).toMatchObject({ ok: false })
  })
})
