import { describe, expect, it } from 'vitest'
import { CHECKS } from '../app/checks.generated.ts'
import { CONNECTORS } from '../app/connectors.generated.ts'
import { DRILLS } from '../app/drills.generated.ts'
import { loadShippedOrOwn } from '../app/house.ts'
import { COMMANDS } from '../cli/commands.generated.ts'
import { FACTS } from '../facts/kinds.ts'
import { JUDGE_REASONS } from '../kernel/check/check.ts'
import { ERRORS } from '../kernel/error-codes.ts'

interface Found {
  readonly where: string
  readonly de: unknown
  readonly en: unknown
}

/** Every text below a value: whatever has a `de` or an `en`. */
function textsOf(value: unknown, where: string): readonly Found[] {
  if (typeof value !== 'object' || value === null) return []
  if ('de' in value || 'en' in value) {
    const { de, en } = value as { de?: unknown; en?: unknown }
    return [{ where, de, en }]
  }
  return Object.entries(value).flatMap(([name, inner]) => textsOf(inner, `${where}.${name}`))
}

/** What is wrong with a text, or null. */
function problem({ where, de, en }: Found): string | null {
  if (typeof de !== 'string' || typeof en !== 'string') return `${where}: a language is missing`
  for (const text of [de, en]) {
    if (text.trim() === '') return `${where}: empty`
    if (text !== text.trim()) return `${where}: space at the edge`
  }
  if (de === en && /\p{Ll}+( \p{Ll}+){3}/u.test(de)) return `${where}: the same in both languages`
  if (/\b(fuer|ueber|koenn|muess|gueltig|pruef|schluessel|aender|oeffn|loesch)/i.test(de)) return `${where}: no umlauts`
  if (String(holes(de)) !== String(holes(en))) return `${where}: ${holes(de)} against ${holes(en)}`
  return null
}

const holes = (text: string): readonly string[] => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort()

describe('texts', () => {
  it.each<[string, () => unknown]>([
    ['checks', () => CHECKS],
    ['drills', () => DRILLS],
    ['connectors', () => CONNECTORS],
    ['facts', () => [...FACTS.values()].map(({ kind, title }) => ({ kind, title }))],
    ['commands', () => COMMANDS],
    ['errors', () => ERRORS],
    ['reasons of the judge', () => JUDGE_REASONS],
    ['policy', () => loadShippedOrOwn({ policy: null })],
  ])('%s are there in both languages, with the same placeholders', async (name, read) => {
    const found = textsOf(await read(), name)
    expect(found.length).toBeGreaterThan(0)
    expect(found.map(problem).filter((p) => p !== null)).toEqual([])
  })

  it('of a check fill their placeholders from what the check returns', () => {
    const known = ['resource', 'system', 'problem', 'last', 'freshness']
    const bad = CHECKS.flatMap((check) => {
      const may = new Set([...known, ...check.dimensions].map((d) => `{${d}}`))
      return textsOf([check.reasons, check.remedy], check.id)
        .flatMap((t) => holes(`${t.de} ${t.en}`))
        .filter((hole) => !may.has(hole))
        .map((hole) => `${check.id}: ${hole}`)
    })
    expect(bad).toEqual([])
  })

  it.each([
    [{ de: 'Prüfung' }, 'a language is missing'],
    [{ de: '', en: 'check' }, 'empty'],
    [{ de: 'Prüfung ', en: 'check' }, 'space at the edge'],
    [{ de: 'this was never translated', en: 'this was never translated' }, 'the same in both languages'],
    [{ de: 'Pruefung', en: 'check' }, 'no umlauts'],
    [{ de: '{a} fehlt', en: '{b} is missing' }, '{a} against {b}'],
    [{ de: '{a} fehlt', en: '{a} is missing' }, null],
  ])('this guard judges %j as %j', (text, expected) => {
    const [found] = textsOf({ text }, 'x')
    const told = found === undefined ? 'none' : problem(found)
    expect(told).toBe(expected === null ? null : `x.text: ${expected}`)
  })
})
