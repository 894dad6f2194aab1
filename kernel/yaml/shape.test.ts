import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { invalidFile } from './invalid-file.ts'
import { parseYaml } from './parse-yaml.ts'
import { because, expected, fields, fitShape, pattern } from './shape.ts'

const schema = fields({
  name: pattern(/^[a-z]+$/, { de: 'ein Wort', en: 'a word' }),
  kind: z.enum(['x', 'y']),
  wait: z.iso.duration(),
  items: z.array(z.string().min(2).max(4)).max(2),
  deep: fields({ port: z.int() }),
  flag: z.boolean(),
  password: z.union([fields({ file: z.string() }), fields({ variable: z.string() })], {
    error: expected({ de: 'eine Quelle', en: 'a source' }),
  }),
  custom: z.string().superRefine((_, c) => c.addIssue({ code: 'custom', message: because({ de: 'nein', en: 'no' }) })),
})

const RIGHT = {
  name: 'name: a',
  kind: 'kind: x',
  wait: 'wait: PT1H',
  items: 'items: [ab]',
  deep: 'deep: { port: 1 }',
  flag: 'flag: true',
  password: 'password: { file: a }',
}

const problems = (lines: Readonly<Record<string, string>>): readonly string[] => {
  const result = fitShape(
    parseYaml(
      Object.values({ ...RIGHT, custom: '', ...lines })
        .filter(Boolean)
        .join('\n'),
    ),
    schema,
  )
  if ('value' in result) return []
  return result.problems.flatMap((p) => [`${p.line}: ${p.reason.de}`, `${p.line}: ${p.reason.en}`])
}

describe('fit', () => {
  it.each([
    [
      { name: 'name: A B' },
      '1: „name“: erwartet wird ein Wort, gefunden wurde „A B“',
      '1: “name”: expected is a word, found was “A B”',
    ],
    [
      { kind: 'kind: z' },
      '2: „kind“: erwartet wird eines von x, y, gefunden wurde „z“',
      '2: “kind”: expected is one of x, y, found was “z”',
    ],
    [
      { wait: 'wait: 1h' },
      '3: „wait“: erwartet wird eine Dauer nach ISO 8601 wie PT24H oder P1Y, gefunden wurde „1h“',
      '3: “wait”: expected is an ISO 8601 duration such as PT24H or P1Y, found was “1h”',
    ],
    [
      { wait: 'wait: 24' },
      '3: „wait“: erwartet wird ein Text, gefunden wurde eine Zahl (in Anführungszeichen setzen)',
      '3: “wait”: expected is a text, found was a number (put it in quotes)',
    ],
    [
      { items: 'items:\n  - ab\n  - c' },
      '6: „items[1]“: erwartet wird mindestens 2 (Zeichen oder Einträge), gefunden wurde „c“',
      '6: “items[1]”: expected is at least 2 (characters or entries), found was “c”',
    ],
    [
      { items: 'items: x' },
      '4: „items“: erwartet wird eine Liste, gefunden wurde ein Text',
      '4: “items”: expected is a list, found was a text',
    ],
    [
      { items: 'items: [ab, ab, ab]' },
      '4: „items“: erwartet wird höchstens 2 (Zeichen oder Einträge), gefunden wurde eine Liste',
      '4: “items”: expected is at most 2 (characters or entries), found was a list',
    ],
    [
      { deep: 'deep: { prot: 1, port: 1 }' },
      '5: unbekanntes Feld „deep.prot“, erlaubt sind port',
      '5: unknown field “deep.prot”, allowed are port',
    ],
    [
      { deep: 'deep:\n  port: 1.5' },
      '6: „deep.port“: erwartet wird eine ganze Zahl, gefunden wurde 1.5',
      '6: “deep.port”: expected is a whole number, found was 1.5',
    ],
    [
      { deep: 'deep:' },
      '5: „deep“: erwartet wird ein Block mit Feldern, gefunden wurde nichts',
      '5: “deep”: expected is a block of fields, found was nothing',
    ],
    [
      { flag: 'flag: yes' },
      '6: „flag“: erwartet wird true oder false, gefunden wurde ein Text',
      '6: “flag”: expected is true or false, found was a text',
    ],
  ])('%j', (lines, de, en) => {
    const found = problems(lines)
    expect(found).toContain(de)
    if (en !== null) expect(found).toContain(en)
  })

  it('says what is missing at the nearest line above', () => {
    expect(problems({})).toEqual(['1: das Feld „custom“ fehlt', '1: the field “custom” is missing'])
    expect(problems({ deep: 'deep: {}' })).toContain('5: das Feld „deep.port“ fehlt')
  })

  it('never shows what may be a secret in the wrong place', () => {
    const said = problems({ password: 'password: hunter2' }).join()
    expect(said).toContain('7: „password“: erwartet wird eine Quelle, gefunden wurde ein Text')
    expect(said).not.toContain('hunter2')
  })

  it('lets a schema speak for itself', () => {
    expect(problems({ custom: 'custom: x' })).toEqual(['8: „custom“: nein', '8: “custom”: no'])
  })

  it('refuses a document that is no block of fields', () => {
    for (const source of ['', 'text', '- a', '3']) {
      const result = fitShape(parseYaml(source), schema)
      expect('problems' in result && result.problems[0]?.reason.en).toMatch(
        /^expected is a block of fields, found was /,
      )
    }
  })
})

describe('invalidFile', () => {
  const problem = { file: 'x.yaml', line: 3, reason: { de: 'so nicht', en: 'not so' } }

  it('is one sentence in each language, with the number of others', () => {
    expect(invalidFile('policy.invalid', [problem]).sentence('de')).toBe('x.yaml, Zeile 3: so nicht.')
    const error = invalidFile('policy.invalid', [problem, problem, problem])
    expect(error.sentence('de')).toBe('x.yaml, Zeile 3: so nicht (und 2 weitere).')
    expect(error.sentence('en')).toBe('x.yaml, line 3: not so (and 2 more).')
    expect(error.detail['others']).toBe(2)
  })
})
