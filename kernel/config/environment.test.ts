import { expect, it } from 'vitest'
import { environmentOf } from './environment.ts'

it('takes empty variables as not set', () => {
  expect(environmentOf({ BERGFRIED_CONFIG: '', BERGFRIED_DATA: '', DATABASE_URL: '', LANG: '' })).toMatchObject({
    config: null,
    data: null,
    listen: null,
    databaseUrl: null,
    language: 'de',
    ci: false,
  })
  expect(environmentOf({ X: 'y' }).variable('X')).toBe('y')
  expect(environmentOf({}).variable('constructor')).toBeNull()
})

it.each([
  [{}, 'de'],
  [{ LANG: 'C.UTF-8' }, 'de'],
  [{ LANG: 'de_DE.UTF-8' }, 'de'],
  [{ LANG: 'en_US.UTF-8' }, 'en'],
  [{ LANG: 'en_US.UTF-8', LC_ALL: 'de_AT' }, 'de'],
  [{ LANG: 'de_DE', LC_MESSAGES: 'en' }, 'en'],
  [{ LANG: 'en', LC_ALL: '' }, 'en'],
])('%j speaks %s', (variables, language) => {
  expect(environmentOf(variables).language).toBe(language)
})

it.each([
  ['true', true],
  ['1', true],
  ['github', true],
  ['false', false],
  ['0', false],
])('CI=%s is %s', (value, ci) => {
  expect(environmentOf({ CI: value }).ci).toBe(ci)
})
