import { expect } from 'vitest'
import type { SigmaEvent } from '../event-fields.ts'
import type { EventSource } from '../ir.ts'
import { Matcher } from '../matcher.ts'
import { matchNaively } from '../naive.ts'
import { compilePack, type Pack } from '../pack.ts'
import { packFromText, packToText } from '../pack-text.ts'
import type { Pipeline } from '../pipeline.ts'
import type { Placeholders } from '../placeholders.ts'

export const PLAIN: Pipeline = { name: 'plain', maps: [], otherwise: ['*'], routes: [] }
export const SOURCE: EventSource = { product: 'test' }

/** A pack of one file. */
export function packOf(text: string, placeholders: Placeholders = {}, pipeline: Pipeline = PLAIN): Pack {
  return compilePack([{ file: 'rules.yml', text }], { pipeline, placeholders })
}

/** A pack that must take every document. */
export function soundPack(text: string, placeholders: Placeholders = {}, pipeline: Pipeline = PLAIN): Pack {
  const pack = packOf(text, placeholders, pipeline)
  expect(pack.problems).toEqual([])
  return pack
}

/** A rule with a detection in YAML, indented by two. */
export const rule = (detection: string, id = 'r'): string =>
  `title: ${id}\nid: ${id}\nlogsource: { product: test }\ndetection:\n${detection}\n`

/** A rule whose selection is one item. */
export const item = (key: string, value: unknown): string =>
  rule(`  selection:\n    ${JSON.stringify(key)}: ${JSON.stringify(value)}\n  condition: selection`)

/** Ids of the rules that hold: by the indexed matcher, by one from the cache, and by the oracle, which must agree. */
export function matches(pack: Pack, event: SigmaEvent, source: EventSource = SOURCE): string[] {
  const found = new Matcher(pack).match(event, source)
  expect(new Matcher(packFromText(packToText(pack), pack.hash)).match(event, source)).toEqual(found)
  expect(matchNaively(pack, event, source)).toEqual(found)
  return found.map((position) => pack.rules[position]?.id ?? '?')
}

/** Whether one item matches an event. */
export function holds(key: string, value: unknown, event: SigmaEvent, placeholders: Placeholders = {}): boolean {
  return matches(soundPack(item(key, value), placeholders), event).length === 1
}

/** Code and reason of the one problem of a pack. */
export function problemIn(text: string, placeholders: Placeholders = {}): string {
  const { problems } = packOf(text, placeholders)
  expect(problems).toHaveLength(1)
  const [problem] = problems
  return `${problem?.file}:${problem?.line} ${problem?.code}: ${problem?.reason}`
}
