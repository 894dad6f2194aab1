import { createHmac, createSecretKey, hkdfSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { unwrapKey, wrapKey } from './aes-kwp.ts'
import { gcmDecrypt, gcmEncryptInto } from './gcm.ts'
import { codeOf } from './testing/keys.ts'
import { bytesOf, type Case, groupsOf, wycheproofAvailable } from './testing/wycheproof.ts'

/** One test per case would be a thousand lines of output: all failing ids at once say the same. */
function wrong(tests: readonly Case[], holds: (test: Case) => boolean): number[] {
  return tests.filter((test) => !holds(test)).map(({ tcId }) => tcId)
}

describe.skipIf(!wycheproofAvailable)('against Wycheproof (needs ../shared/data)', () => {
  it('AES-256-GCM encrypts and decrypts every valid case and refuses every invalid one', () => {
    const groups = groupsOf('aes_gcm').filter(
      ({ keySize, ivSize, tagSize }) => keySize === 256 && ivSize === 96 && tagSize === 128,
    )
    const tests = groups.flatMap((group) => group.tests)
    expect(tests.length).toBeGreaterThan(50)
    expect(tests.some(({ result }) => result === 'invalid')).toBe(true)
    const failed = wrong(tests, (test) => {
      const [iv, aad, msg, ct, tag] = ['iv', 'aad', 'msg', 'ct', 'tag'].map((field) => bytesOf(test, field)) as [
        Buffer,
        Buffer,
        Buffer,
        Buffer,
        Buffer,
      ]
      const key = createSecretKey(bytesOf(test, 'key'))
      if (test.result !== 'valid') return codeOf(() => gcmDecrypt(key, iv, aad, ct, tag)) === 'unverified'
      const out = Buffer.alloc(msg.length + 16)
      gcmEncryptInto(key, iv, aad, msg, out, 0)
      return out.equals(Buffer.concat([ct, tag])) && gcmDecrypt(key, iv, aad, ct, tag).equals(msg)
    })
    expect(failed).toEqual([])
  })

  it('AES-GCM takes no tag that was cut short', () => {
    const [test] = groupsOf('aes_gcm').find(({ keySize, ivSize }) => keySize === 256 && ivSize === 96)?.tests ?? []
    if (test === undefined) throw new Error('no case')
    const [iv, aad, ct, tag] = ['iv', 'aad', 'ct', 'tag'].map((field) => bytesOf(test, field)) as [
      Buffer,
      Buffer,
      Buffer,
      Buffer,
    ]
    const key = createSecretKey(bytesOf(test, 'key'))
    expect(codeOf(() => gcmDecrypt(key, iv, aad, ct, tag))).toBe(null)
    for (let length = 0; length < 16; length++)
      expect(codeOf(() => gcmDecrypt(key, iv, aad, ct, tag.subarray(0, length)))).toBe('malformed')
  })

  it('AES-KWP wraps and unwraps every valid case and refuses every invalid one', () => {
    const tests = groupsOf('aes_kwp').flatMap((group) => group.tests)
    expect(tests.length).toBe(254)
    const failed = wrong(tests, (test) => {
      const key = createSecretKey(bytesOf(test, 'key'))
      const [msg, ct] = [bytesOf(test, 'msg'), bytesOf(test, 'ct')]
      if (test.result === 'invalid') return codeOf(() => unwrapKey(key, ct)) === 'unwrap_failed'
      return unwrapKey(key, ct).equals(msg) && wrapKey(key, msg).equals(ct)
    })
    expect(failed).toEqual([])
  })

  it('HKDF-SHA-256, which working keys are derived with, is that of RFC 5869', () => {
    const tests = groupsOf('hkdf_sha256').flatMap((group) => group.tests)
    const failed = wrong(tests, (test) => {
      const [ikm, salt, info, okm] = ['ikm', 'salt', 'info', 'okm'].map((field) => bytesOf(test, field)) as [
        Buffer,
        Buffer,
        Buffer,
        Buffer,
      ]
      try {
        return (
          Buffer.from(hkdfSync('sha256', ikm, salt, info, test.size ?? 0)).equals(okm) === (test.result === 'valid')
        )
      } catch {
        return test.result === 'invalid'
      }
    })
    expect(failed).toEqual([])
  })

  it('HMAC-SHA-256, which indexes and hashes are made with, is that of RFC 2104, cut tags included', () => {
    const groups = groupsOf('hmac_sha256')
    const failed = groups.flatMap(({ tests, tagSize = 256 }) =>
      wrong(tests, (test) => {
        const mac = createHmac('sha256', createSecretKey(bytesOf(test, 'key')))
          .update(bytesOf(test, 'msg'))
          .digest()
        return mac.subarray(0, tagSize / 8).equals(bytesOf(test, 'tag')) === (test.result === 'valid')
      }),
    )
    expect(failed).toEqual([])
  })
})
