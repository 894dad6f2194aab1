import { describe, expect, it } from 'vitest'
import { encodingFor } from '../../../kernel/http/entity.ts'
import { languageFor } from '../../../kernel/http/language.ts'
import { STATE_WORDS as OURS } from '../../../kernel/i18n/words.ts'
import { STATE_WORDS } from '../../../trust-page/words.ts'
import { modules } from './assets.ts'

it.each([
  [undefined, 'de'],
  ['', 'de'],
  ['fr', 'de'],
  ['en', 'en'],
  ['en-GB,en;q=0.9,de;q=0.8', 'en'],
  ['de-AT, en;q=0.9', 'de'],
  ['fr, en;q=0.1', 'en'],
  ['en;q=0', 'de'],
  ['en;q=x', 'de'],
])('reads for "%s" in "%s"', (accept, lang) => {
  expect(languageFor(accept)).toBe(lang)
})

it.each([
  [undefined, 'identity'],
  ['gzip, deflate, br', 'br'],
  ['gzip;q=1.0, br;q=0', 'gzip'],
  ['BR', 'br'],
  ['deflate', 'identity'],
])('sends for "%s" as "%s"', (accept, encoding) => {
  expect(encodingFor(accept)).toBe(encoding)
})

it('calls states what the rest of the product calls them', () => {
  expect(STATE_WORDS).toEqual(OURS)
})

describe('the modules of the page', () => {
  const files: Record<string, string> = {
    'a/main.ts': "import { b } from '../b.ts'\nimport type { T } from './types.ts'\nexport const c: number = b\n",
    'b.ts': "import {\n  d,\n} from './a/d.ts'\nexport const b = d as number\n",
    'a/d.ts': 'export const d = 1\n',
  }
  it('are found through their imports, types left out, every line in its place', () => {
    const found = modules('a/main.ts', (path) => files[path] ?? '')
    expect([...found.keys()].sort()).toEqual(['a/d.ts', 'a/main.ts', 'b.ts'])
    expect(found.get('a/main.ts')).toMatch(/^import \{ b \} from '\.\.\/b\.ts'\n\s+\nexport const c {9}= b\n$/)
  })
})
