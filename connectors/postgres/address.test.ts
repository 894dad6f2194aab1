import { describe, expect, it } from 'vitest'
import { BergfriedError } from '../../kernel/errors.ts'
import { addressOf } from './address.ts'

describe('an address', () => {
  it.each([
    ['postgres://u@h/d', { host: 'h', port: 5432, user: 'u', database: 'd', password: null }],
    ['postgresql://u@h:6000', { host: 'h', port: 6000, user: 'u', database: 'u' }],
    ['postgres://M%C3%BCller%20%22x%22@h/a%2Fb%25', { user: 'Müller "x"', database: 'a/b%' }],
    ['postgres://u@%2Fvar%2Frun%2Fmine/d', { host: '/var/run/mine' }],
    ['postgres://u@/d?host=%2Ftmp%2Fa%20b&port=6001', { host: '/tmp/a b', port: 6001, database: 'd' }],
    ['postgres://u@/d', { host: '/var/run/postgresql', user: 'u', database: 'd' }],
    ['postgres:///d', { host: '/var/run/postgresql', user: '', database: 'd' }],
    ['postgres://u@[::1]:6000/d', { host: '::1', port: 6000 }],
    ['postgres://u:p%40ss@h/d', { password: 'p@ss' }],
  ])('%s', (uri, parts) => {
    expect(addressOf(uri, 'test')).toMatchObject(parts)
  })

  it.each([
    'postgres://u:geheim@h:none/d',
    'postgres://u:geheim@h:1,i:2/d',
    'postgres://u:geheim%zz@h/d',
    'postgres://u:geheim@h/d?port=70000',
    'geheim',
  ])('%s is refused and not quoted', (uri) => {
    const refused = () => addressOf(uri, 'test')
    expect(refused).toThrow(BergfriedError)
    try {
      refused()
    } catch (error) {
      expect(error).toMatchObject({ code: 'collect.unreachable' })
      expect(`${String(error)} ${(error as Error).stack} ${String((error as Error).cause)}`).not.toContain('geheim')
    }
  })
})
