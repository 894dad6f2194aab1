import { describe, expect, it } from 'vitest'
import { loginOf, shownText, triedLogin } from '../person-text.ts'
import { deviceOf } from '../sessions/device-of.ts'
import { acceptablePassword } from './password-rules.ts'
import { recoveryDigest, typedCode } from './recovery-codes.ts'

describe('a password', () => {
  const ABOUT = ['ada.lovelace@example.com', 'Ada Lovelace', 'Example Hosting GmbH']
  it.each([
    'short',
    'elf zeichen',
    'aaaaaaaaaaaaaaaa',
    'abcabcabcabcabc',
    '123456789012',
    'abcdefghijklm',
    'qwertzuiopasdf',
    'lkjhgfdsapoiuytrewq',
    '1qaz2wsx3edc',
    'password1234',
    'Passwort2026!!',
    'P4ssw0rd!!!!!!',
    'SommerSommer2026',
    'Bergfried2026',
    'adalovelace1815',
    'Lovelace.Example',
    'examplehosting!',
  ])('such as %s is too easy', (password) => {
    expect(() => acceptablePassword(password, ABOUT)).toThrowError(/password_weak/)
  })

  it.each([
    'nine horses under a staple',
    'fünf grüne Türme',
    'kT9#vQ2!mZ7p',
    'correct horse battery',
    'пять зелёных башен',
    '密码是一个很长的句子没有人会猜到',
  ])('such as %s is good', (password) => {
    expect(acceptablePassword(password, ABOUT)).toBe(password.normalize('NFKC'))
  })
})

describe('texts of people', () => {
  it.each([
    [' ADA@Example.com ', 'ada@example.com'],
    ['ａｄａ@example.com', 'ada@example.com'],
  ])('%s is the login %s', (text, login) => {
    expect(loginOf(text)).toBe(login)
    expect(triedLogin(text)).toBe(login)
  })
  it.each(['a\u200bda@x', 'a\u202eda@x', 'a da@x', 'a\u0000da', 'ab', '\ud800abc', `${'a'.repeat(201)}`])(
    '%j is no login',
    (text) => {
      expect(() => loginOf(text)).toThrowError(/text_invalid/)
      expect(() => triedLogin(text)).not.toThrow()
    },
  )
  it('are shown in one spelling and without what is not seen', () => {
    expect(shownText('name', ' Jose\u0301 ')).toBe('José')
    for (const text of [' ', '\u2066x', 'x\n', 'a\u2028b']) {
      if (text !== 'x\n') expect(() => shownText('name', text)).toThrowError(/text_invalid/)
    }
  })
})

describe('a recovery code', () => {
  it.each([
    ['abcd-efgh-jkmn-pqrs', 'abcdefghjkmnpqrs'],
    [' ABCD efgh JKMN pqrs ', 'abcdefghjkmnpqrs'],
    ['OIL0-0000-0000-0000', '0110000000000000'],
    ['abcd', null],
    ['abcd-efgh-jkmn-pqru', null],
    ['', null],
  ])('typed as %s is %s', (text, code) => {
    expect(typedCode(text)).toBe(code)
  })
  it('has a digest that belongs to its person and key', () => {
    const digests = [
      recoveryDigest(Buffer.alloc(32, 1), 'a', 'x'),
      recoveryDigest(Buffer.alloc(32, 1), 'b', 'x'),
      recoveryDigest(Buffer.alloc(32, 2), 'a', 'x'),
    ]
    expect(new Set(digests.map((digest) => digest.toString('hex'))).size).toBe(3)
  })
})

it.each([
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0',
    'Edge, Windows',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Safari/604.1',
    'Safari, iPhone',
  ],
  ['Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36', 'Chrome, Android'],
  ['<script>', ''],
  [undefined, ''],
])('a device that says %s is called %s', (text, name) => {
  expect(deviceOf(text)).toBe(name)
})
