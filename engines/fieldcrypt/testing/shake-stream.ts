import { createHash } from 'node:crypto'
import { XaesKey, xaesSeal } from '../xaes.ts'
import { secretKey } from './keys.ts'

/**
 * The accumulated test of C2SP XAES-256-GCM: keys, nonces, texts and associated data come from SHAKE-128 of nothing, the ciphertexts go
 * into another SHAKE-128. Node's SHAKE gives its output at once, so the stream's length (at most 568 bytes a turn) is asked for in advance; the same
 * prefix comes out whatever the length.
 */
export function accumulatedHash(iterations: number): string {
  const stream = createHash('shake128', { outputLength: iterations * 568 }).digest()
  const sum = createHash('shake128', { outputLength: 32 })
  let at = 0
  const take = (length: number): Buffer => {
    at += length
    return stream.subarray(at - length, at)
  }
  const takeShort = (): Buffer => take(take(1)[0] ?? 0)
  for (let i = 0; i < iterations; i++) {
    const key = new XaesKey(secretKey(take(32)))
    const nonce = take(24)
    const plaintext = takeShort()
    sum.update(xaesSeal(key, nonce, takeShort(), plaintext))
  }
  return sum.digest('hex')
}
