import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { parseYaml } from './parse-yaml.ts'
import { FILE_LIMIT } from './read-bounded.ts'

const firstProblem = (source: string): string | undefined => {
  const [problem] = parseYaml(source).problems
  return problem && `${problem.line}: ${problem.reason.en}`
}

describe('parseYaml', () => {
  it('knows the line of every value, and of the nearest thing above what is missing', () => {
    const yaml = parseYaml('# comment\na: 1\nb:\n  c: [x,\n    y]\n  d:\n    later\ne: >-\n  folded\n  text\nf:\n')
    expect(yaml.value).toEqual({ a: 1, b: { c: ['x', 'y'], d: 'later' }, e: 'folded text', f: null })
    const lines = [['a'], ['b'], ['b', 'c'], ['b', 'c', 1], ['b', 'd'], ['e'], ['f'], ['b', 'nothing'], ['g']]
    expect(lines.map((path) => yaml.lineOf(path))).toEqual([2, 3, 4, 5, 7, 8, 11, 3, 1])
  })

  it.each([
    ['a: 1\n---\nb: 2\n', '2: only one document per file is allowed'],
    ['a: 1\nb: !!js/function "x"\n', '2: YAML tags (starting with !) are not allowed here'],
    ['a: !env SECRET\n', '1: YAML tags (starting with !) are not allowed here'],
    ['a: !!binary aGk=\n', '1: YAML tags (starting with !) are not allowed here'],
    ['a: 1\nb: 2\na: 3\n', '3: the field “a” stands twice'],
    ['a:\n  __proto__: { x: 1 }\n', '2: the name of a field must be a text'],
    ['? [a, b]\n: 1\n', '1: the name of a field must be a text'],
    ['1: x\n', '1: the name of a field must be a text'],
    ['a: *gone\n', '1: the alias “gone” points to nothing'],
    ['a:\n\t- b\n', '2: indented with tabs, expected are spaces'],
    ['a: "x\n', '2: not valid YAML (Missing closing "quote)'],
  ])('refuses %j', (source, problem) => {
    expect(firstProblem(source)).toBe(problem)
    expect(parseYaml(source).value).toBeUndefined()
  })

  it('follows aliases, but neither in circles nor into a bomb', () => {
    expect(parseYaml('a: &x { b: [1] }\nc: *x\n').value).toEqual({ a: { b: [1] }, c: { b: [1] } })
    const levels = Array.from({ length: 12 }, (_, n) => `l${n}: &l${n} [${`*l${n - 1}, `.repeat(10)}]`).slice(1)
    const bomb = ['l0: &l0 [x, x, x, x, x, x, x, x, x, x]', ...levels].join('\n')
    for (const source of ['a: &a [*a]\n', 'a: &a\n  b: *a\n', bomb]) {
      expect(firstProblem(source)).toMatch(/nested too deeply or too large/)
    }
  })

  it('has no merge keys and no old booleans, whatever version the file claims', () => {
    expect(parseYaml('%YAML 1.1\n---\na: yes\nb: 012\n').value).toEqual({ a: 'yes', b: 12 })
    expect(parseYaml('a: &x { b: 1 }\nc:\n  <<: *x\n').value).toEqual({ a: { b: 1 }, c: { '<<': { b: 1 } } })
  })

  it.each(['[', '{a: ', '- ', '? ', '&a ', '! ', ': ', '"', '\\', '*a ', '# \n', '|\n ', '\t', 'k: 1\n'])(
    'stays quick on a full file of %j',
    (unit) => {
      parseYaml(unit.repeat(Math.floor(FILE_LIMIT / unit.length)))
      // The quadratic and worse ways through the library take minutes.
    },
    30_000,
  )

  property.prop([fc.string({ unit: 'binary', maxLength: 400 })])('never throws', (source) => {
    const yaml = parseYaml(source)
    for (const problem of yaml.problems) expect(problem.line).toBeGreaterThan(0)
    expect(yaml.lineOf(['a', 0])).toBeGreaterThan(0)
  })

  property.prop([
    fc.array(
      fc.constantFrom(
        'a',
        ': ',
        '\n',
        '  ',
        '- ',
        '[',
        ']',
        '{',
        '}',
        '&x ',
        '*x',
        '"',
        '|',
        '>',
        '!',
        '#',
        '? ',
        ',',
        '%',
      ),
      { maxLength: 60 },
    ),
  ])('never throws on what looks like YAML', (parts) => {
    expect(() => parseYaml(parts.join(''))).not.toThrow()
  })

  property.prop([
    fc.object({
      key: fc.stringMatching(/^[a-z]{1,8}$/),
      maxDepth: 3,
      values: [fc.string(), fc.boolean(), fc.integer(), fc.constant(null)],
    }),
  ])('reads back what was written', (value) => {
    expect(parseYaml(stringify(value)).value).toEqual(JSON.parse(JSON.stringify(value)))
  })
})
