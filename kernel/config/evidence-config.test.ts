import { describe, expect, it } from 'vitest'
import { BergfriedError } from '../errors.ts'
import { type Config, parseConfig } from './config.ts'

const W1 = 'witness.example.org/w1+1a2b3c4d+BBUlh0PzTRpiMmNQr7fJWnHO0L5G3JbqgV3tJf3GJHvz'
const W2 = 'witness.example.org/w2+2a2b3c4d+BBUlh0PzTRpiMmNQr7fJWnHO0L5G3JbqgV3tJf3GJHvz'
const W3 = 'witness.example.org/w3+3a2b3c4d+BBUlh0PzTRpiMmNQr7fJWnHO0L5G3JbqgV3tJf3GJHvz'

const parsed = (source: string): Config => parseConfig(source, '/etc/bergfried/bergfried.yaml', 'en')

function refusal(source: string): string {
  try {
    parsed(source)
  } catch (error) {
    if (error instanceof BergfriedError) return `${error.detail['line']}: ${error.detail['reason']}`
    throw error
  }
  return 'accepted'
}

const witnesses = (...keys: string[]): string =>
  `evidence:\n  witnesses:\n${keys.map((k) => `    - { key: ${k}, url: https://witness.example.org/ }\n`).join('')}`

describe('the configuration of the log', () => {
  it.each([
    [0, '{}'],
    [1, witnesses(W1)],
    [2, witnesses(W1, W2)],
    [2, witnesses(W1, W2, W3)],
    [1, `${witnesses(W1, W2, W3)}  quorum: 1\n`],
    [0, `${witnesses(W1)}  quorum: 0\n`],
  ])('asks for %d cosignatures: more than half, unless it says otherwise', (quorum, source) => {
    expect(parsed(source).evidence.quorum).toBe(quorum)
  })

  it('reads a store and a token with their secrets beside the file', () => {
    const { evidence, keeper } = parsed(
      `evidence:
  origin: trust.example.com/log
  s3: { endpoint: https://s3.example.com, bucket: log, prefix: a/b/, accessKey: K, secretKey: { file: s3.secret } }
keeper:
  pkcs11: { module: /usr/lib/softhsm/libsofthsm2.so, token: bergfried, key: log, pin: { variable: PIN } }
`,
    )
    expect(evidence).toEqual({
      origin: 'trust.example.com/log',
      witnesses: [],
      quorum: 0,
      s3: {
        endpoint: 'https://s3.example.com',
        region: 'us-east-1',
        bucket: 'log',
        prefix: 'a/b/',
        accessKey: 'K',
        secretKey: { file: '/etc/bergfried/s3.secret' },
      },
    })
    expect(keeper).toEqual({
      socket: null,
      pkcs11: {
        module: '/usr/lib/softhsm/libsofthsm2.so',
        token: 'bergfried',
        key: 'log',
        pin: { variable: 'PIN' },
      },
    })
  })

  it.each([
    [`${witnesses(W1)}  quorum: 2\n`, '4: “evidence.quorum”: at most as many as there are witnesses (1)'],
    [witnesses(W1, W1), '2: “evidence.witnesses”: a witness counts only once'],
    [
      'evidence: { origin: "a b" }',
      '1: “evidence.origin”: expected is a name without spaces and plus such as trust.example.com/log, found was “a b”',
    ],
    [
      'evidence: { witnesses: [{ key: nonsense, url: https://w.example.org }] }',
      '1: “evidence.witnesses[0].key”: expected is a verifier key such as witness.example.org/w1+1a2b3c4d+BA…, found was “nonsense”',
    ],
    [
      `evidence: { witnesses: [{ key: ${W1}, url: 'https://me:pw@w.example.org' }] }`,
      '1: “evidence.witnesses[0].url”: expected is an address such as https://witness.example.org without sign-in, query and fragment, found was a text',
    ],
  ])('refuses %j', (source, reason) => {
    expect(refusal(source)).toBe(reason)
  })
})
