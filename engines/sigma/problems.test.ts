import { expect, it } from 'vitest'
import { compilePack } from './pack.ts'
import { PLAIN, packOf, problemIn, rule } from './testing/rules.ts'

const sound = rule('  s:\n    a: 1\n  condition: s')

it.each([
  ['- just\n- a list', 'rules.yml:1 malformed: a document of rules is a map'],
  ['title: x\nid: [', 'rules.yml:2 malformed: YAML:'],
  ['title: x\ntitle: y\ndetection: {}', 'rules.yml:2 malformed: YAML: Map keys must be unique'],
  ['title: x\nlogsource: { product: p }', 'rules.yml:1 malformed: a document has a detection'],
  ['id: x\nlogsource: { product: p }\ndetection: {}', 'rules.yml:1 malformed: a rule has a title'],
  ['title: x\ndetection: { s: { a: 1 }, condition: s }', 'a rule has a "logsource" map'],
  [
    'title: x\nlogsource: { definition: d }\ndetection: { s: { a: 1 }, condition: s }',
    'rules.yml:2 malformed: logsource names neither',
  ],
  [
    'title: x\nlevel: huge\nlogsource: { product: p }\ndetection: { s: { a: 1 }, condition: s }',
    'rules.yml:2 malformed: level "huge"',
  ],
  [
    'title: x\nstatus: unsupported\nlogsource: { product: p }\ndetection: { s: { a: 1 }, condition: s }',
    'rules.yml:2 unsupported:',
  ],
  [
    'title: x\ntaxonomy: mine\nlogsource: { product: p }\ndetection: { s: { a: 1 }, condition: s }',
    'rules.yml:2 unsupported: taxonomy',
  ],
  ['title: x\nlogsource: { product: p }\ndetection:\n  s:\n    a: 1', 'a detection has a condition'],
  [
    'title: x\nlogsource: { product: p }\ndetection:\n  s:\n    a: 1\n  timeframe: 5m\n  condition: s',
    'rules.yml:6 unsupported: "timeframe"',
  ],
  [rule('  s:\n    a: 1\n    b|nope: 2\n  condition: s'), 'rules.yml:7 unsupported: modifier "nope" is not known'],
  [rule('  s:\n    - a: 1\n    - b|re: "("\n  condition: s'), 'rules.yml:7 unsupported: regular expression'],
  [rule('  s: {}\n  condition: s'), 'rules.yml:5 malformed: a search identifier is empty'],
  [rule('  s: []\n  condition: s'), 'rules.yml:5 malformed: a search identifier is empty'],
  [rule('  s:\n    - ""\n  condition: s'), 'a keyword is empty'],
  [rule('  s:\n    a: 1\n  condition: t'), 'rules.yml:7 malformed: condition: no search identifier "t"'],
])('%j is a problem with file, line and reason', (text, problem) => {
  expect(problemIn(text)).toContain(problem)
})

it('one broken document takes no other with it, and nothing is dropped without a word', () => {
  const broken = rule('  s:\n    a|nope: 1\n  condition: s', 'broken')
  const pack = packOf(
    [rule('  s:\n    a: 1\n  condition: s', 'one'), broken, rule('  s:\n    a: 1\n  condition: s', 'two')].join(
      '---\n',
    ),
  )
  expect(pack.rules.map(({ id }) => id)).toEqual(['one', 'two'])
  expect(pack.problems.map(({ rule: id }) => id)).toEqual(['broken'])
})

it('two rules of one id are a problem: the second would hide the first', () => {
  expect(problemIn(`${sound}---\n${sound}`)).toContain('duplicate: "r" is the id or name of two rules')
})

it('aliases that multiply without end are refused', () => {
  const bomb = [
    'a: &a [x, x, x, x, x, x, x, x, x, x]',
    ...'bcdefgh'.split('').map((c, i) => `${c}: &${c} [${new Array(10).fill(`*${'abcdefg'[i]}`).join(', ')}]`),
  ]
  const text = `${bomb.join('\n')}\n${sound}`
  expect(packOf(text).problems.map(({ code }) => code)).toEqual(['too_large'])
})

it('a file beyond the limit is refused before it is parsed', () => {
  expect(packOf(`title: ${'x'.repeat(1 << 20)}`).problems.map(({ code }) => code)).toEqual(['too_large'])
})

it('nesting beyond the limit is refused', () => {
  const { problems } = packOf(`title: x\nlogsource: { product: p }\ndetection: ${'['.repeat(500)}${']'.repeat(500)}`)
  expect(problems.map(({ code }) => code)).toEqual(['too_large'])
})

it('documents of Sigma 1 collections share what `action: global` says', () => {
  const pack = packOf(
    'action: global\ntitle: Shared\nlogsource: { product: test }\ndetection: { condition: s }\n---\nid: a\ndetection: { s: { f: 1 } }\n---\nid: b\ndetection: { s: { f: 2 } }\n',
  )
  expect(pack.problems).toEqual([])
  expect(pack.rules.map(({ id, title }) => `${id} ${title}`)).toEqual(['a Shared', 'b Shared'])
})

it('the hash of a pack does not depend on the order of its files, and on everything else', () => {
  const [a, b] = [
    { file: 'a.yml', text: rule('  s:\n    a: 1\n  condition: s', 'a') },
    { file: 'b.yml', text: rule('  s:\n    a: 1\n  condition: s', 'b') },
  ]
  const hash = (files: { file: string; text: string }[], placeholders = {}) =>
    compilePack(files, { pipeline: PLAIN, placeholders }).hash
  expect(hash([a, b])).toBe(hash([b, a]))
  expect(hash([a, b])).not.toBe(hash([a]))
  expect(hash([a])).not.toBe(hash([{ ...a, text: `${a.text}\n` }]))
  expect(hash([a])).not.toBe(hash([a], { x: ['y'] }))
})
