import { describe, expect, it } from 'vitest'
import { COSIGNATURE_ED25519, formatVerifierKey } from '../engines/tlog/note.ts'
import { mlDsaSigner, signer } from '../engines/tlog/testing/signers.ts'
import { parseLogList } from './log-list.ts'

const key = (name: string, seed = 1, type = 1) => formatVerifierKey(signer(name, type, seed).key)

describe('a list of logs', () => {
  it('has a key per line, comments, several keys of one log, and origins that are not the name of a key', () => {
    const logs = parseLogList(
      [
        '# ours',
        key('a'),
        '',
        `  ${key('a', 2)}`,
        key('a'),
        `${key('sum.example.org')} the database tree`,
        formatVerifierKey(mlDsaSigner('q').key),
      ].join('\n'),
      'logs',
    )
    expect([...logs].map(([origin, keys]) => [origin, keys.length])).toEqual([
      ['a', 2],
      ['the database tree', 1],
      ['q', 1],
    ])
  })

  it.each([
    ['what is no key', 'nonsense', 'logs:2: is no verifier key'],
    ['a key whose id is another', key('a').replace(/\+[0-9a-f]{8}\+/, '+00000000+'), 'logs:2: is no verifier key'],
    ['the key of a witness', key('a', 1, COSIGNATURE_ED25519), 'logs:2: is the key of no log'],
    [
      'a fifth key of one log',
      [1, 2, 3, 4, 5].map((seed) => key('a', seed)).join('\n'),
      'logs:6: a log has at most 4 keys',
    ],
  ])('refuses %s with its line', (_, lines, message) => {
    expect(() => parseLogList(`# ours\n${lines}`, 'logs')).toThrow(message)
  })
})
