import { fc, it } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { scramVerifier } from '../../../kernel/scram/scram.ts'
import { externalOf, isNameOf, oidOf, roleOf } from './names.ts'
import { momentLiteral, quoted, verifierLiteral } from './statements.ts'

const REFUSED = expect.objectContaining({ code: 'access.credential' })
const good = scramVerifier('x', Buffer.alloc(16, 1))

describe('names and literals in statements', () => {
  it.prop([fc.string({ unit: 'binary', maxLength: 80 })])('a name stays one name, or is refused', (name) => {
    let text: string
    try {
      text = quoted(name)
    } catch {
      expect(name === '' || name.includes('\0') || Buffer.byteLength(name) > 63).toBe(true)
      return
    }
    expect(text.slice(1, -1).replaceAll('""', '').includes('"')).toBe(false)
    expect(text.slice(1, -1).replaceAll('""', '"')).toBe(name)
  })

  it.prop([fc.string(), fc.uint8Array({ minLength: 9, maxLength: 48 })], { numRuns: 20 })(
    'a verifier made by us is taken as it is',
    (password, salt) => {
      const verifier = scramVerifier(password, Buffer.from(salt))
      expect(verifierLiteral(verifier)).toBe(`'${verifier}'`)
    },
  )

  it.prop([fc.nat(good.length - 1), fc.constantFrom('', "'", '$', ':', '=', '\\', ' ', '\n', 'ä')])(
    'a verifier with a wrong character is no verifier, for the server would take it as a password in clear',
    (at, put) => {
      const bad = good.slice(0, at) + put + good.slice(at + 1)
      if (bad !== good) expect(() => verifierLiteral(bad)).toThrow(REFUSED)
    },
  )

  it('passwords, other hashes and weak or costly verifiers are refused', () => {
    for (const bad of [
      null,
      '',
      'secret',
      'md5d41d8cd98f00b204e9800998ecf8427e',
      good.replace('$4096:', '$4095:'),
      good.replace('$4096:', '$9999999:'),
      good.replace('$4096:', '$04096:'),
      good.replace('SCRAM-SHA-256', 'scram-sha-256'),
      `${good}\n`,
      // The last character holds bits that no byte has: another text for the same bytes.
      good.replace(/.=$/, (end) => (end === 'B=' ? 'C=' : 'B=')),
    ]) {
      expect(() => verifierLiteral(bad), String(bad)).toThrow(REFUSED)
    }
  })

  it.prop([fc.date({ noInvalidDate: false })])('a moment is a date of four digits, or refused', (at) => {
    let text: string
    try {
      text = momentLiteral(at, 'db')
    } catch {
      expect(Number.isNaN(at.getTime()) || at.getUTCFullYear() > 9999 || at.getUTCFullYear() < 0).toBe(true)
      return
    }
    expect(new Date(text.slice(1, -1))).toEqual(at)
  })

  it.prop([fc.uuid(), fc.stringMatching(/^[a-z0-9_]{1,40}$/), fc.integer({ min: 1, max: 0xff_ff_ff_ff })])(
    'the role of a grant fits, is known again, and is told with its number',
    (grant, account, oid) => {
      const role = roleOf({ grant, account })
      expect(Buffer.byteLength(role)).toBeLessThanOrEqual(63)
      expect(isNameOf({ grant }, role)).toBe(true)
      expect(oidOf({ external: externalOf(oid, role) })).toBe(oid)
      expect(oidOf({ external: String(oid) })).toBe(oid)
    },
  )

  it('what is no account, grant or number is none', () => {
    const grant = '01234567-89ab-4cde-8f01-23456789abcd'
    for (const [account, id] of [
      ['', grant],
      ['An na', grant],
      ['anna"', grant],
      ['a'.repeat(41), grant],
      ['anna', "'; drop role x; --"],
    ] as const) {
      expect(() => roleOf({ account, grant: id })).toThrow(expect.objectContaining({ code: 'access.not_applied' }))
    }
    for (const external of ['', '0', '-1', '1x', '99999999999', '4294967296', 'role-1'])
      expect(oidOf({ external })).toBeNull()
    expect(isNameOf({ grant }, 'bf_anna_0123456789ab')).toBe(true)
    expect(isNameOf({ grant }, 'bf_anna_01234568')).toBe(false)
    expect(isNameOf({ grant }, 'postgres')).toBe(false)
  })
})
