import { test } from '@fast-check/vitest'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HostError } from './errors.ts'
import { parseLogin, parseLoginFileName } from './login-file.ts'
import { type OrderedAccount, parseOrders } from './orders.ts'
import { isListed } from './prove.ts'
import { parseSettings } from './settings.ts'
import { sudoersText } from './sudoers.ts'

const ORDERS = {
  ...{ version: 1, host: 'db-1', allowList: 'x', krl: '', krlSignature: '', end: [] as unknown[] },
  accounts: [{ account: 'anna', fullName: 'Anna', groups: [], sudo: null, until: '2026-05-01T00:00:00Z' }] as unknown[],
}
const [ANNA] = ORDERS.accounts as [OrderedAccount]

describe('what comes from outside', () => {
  it('takes orders of the agreed form alone', () => {
    expect(parseOrders(JSON.stringify(ORDERS))).toEqual(ORDERS)
    for (const changes of [
      ...[{ version: -1 }, { version: 1.5 }, { version: '1' }, { more: 1 }, { krl: null }, { accounts: {} }],
      ...[{ accounts: [{ ...ANNA, account: '-x' }] }, { accounts: [{ ...ANNA, account: '../x' }] }],
      ...[{ accounts: [{ ...ANNA, account: 'a:b' }] }, { accounts: [{ ...ANNA, fullName: 'a:b' }] }],
      ...[{ accounts: [{ ...ANNA, fullName: 'a\nroot:x:0' }] }, { accounts: [{ ...ANNA, groups: ['a,b'] }] }],
      ...[{ accounts: [{ ...ANNA, until: 'tomorrow' }] }, { accounts: [{ ...ANNA, until: '2026-13-01T00:00:00Z' }] }],
      ...[{ accounts: [ANNA, ANNA] }, { end: [{ keyId: 'a b', account: 'anna' }] }, { end: [{ keyId: 'a' }] }],
    ]) {
      expect(() => parseOrders(JSON.stringify({ ...ORDERS, ...changes })), JSON.stringify(changes)).toThrow(/malformed/)
    }
    for (const text of ['', 'null', '[]', '{', '"x"']) expect(() => parseOrders(text)).toThrow(/malformed/)
  })

  test.prop([fc.jsonValue({ maxDepth: 4 })])('takes no other value for orders or settings', (value) => {
    const text = JSON.stringify(value)
    expect(() => parseOrders(text)).toThrow(HostError)
    expect(() => parseSettings(text, 'x')).toThrow(HostError)
    expect(parseLogin(text)).toBe(null)
  })

  test.prop([fc.string({ unit: 'binary', maxLength: 40 })])('writes no second line or rule into sudoers', (rule) => {
    try {
      const text = sudoersText({ ...ANNA, sudo: [rule] })
      expect(text).toMatch(/^anna ALL=\(root\) NOTAFTER=20260501000000Z NOPASSWD: [ -~]+\n$/)
      expect(text?.replaceAll(/\\[:=,]/g, '').split('NOPASSWD:')[1]).not.toMatch(/[:=,!*?[\]\\#]/)
    } catch (error) {
      expect(error).toMatchObject({ code: 'refused' })
    }
  })

  test.prop([fc.string()])('names no file but its own', (name) => {
    const id = parseLoginFileName(name)
    expect(id === null || name === `${id.pid}-${id.start}.json`).toBe(true)
  })

  it('finds a key id or all of its serials in what OpenSSH prints of a list', () => {
    const listed = '# KRL version 3\n\n# CA key ssh-ed25519 SHA256:x\nserial: 5-9\nserial: 20\nid: grant-x\n'
    expect(isListed(listed, 'grant-x', [])).toBe(true)
    expect(isListed(listed, 'grant', [])).toBe(false)
    expect(isListed(listed, 'grant', [5n, 9n, 20n])).toBe(true)
    expect(isListed(listed, 'grant', [5n, 10n])).toBe(false)
  })
})
