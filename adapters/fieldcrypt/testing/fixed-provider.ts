import { createSecretKey } from 'node:crypto'
import { FieldcryptError } from '../../../engines/fieldcrypt/errors.ts'
import type { KeyProvider } from '../../../engines/fieldcrypt/provider.ts'
import { XaesKey, xaesOpen, xaesSeal } from '../../../engines/fieldcrypt/xaes.ts'

/** A provider whose key every process of a test has. */
export function fixedProvider(): KeyProvider {
  const key = new XaesKey(createSecretKey(Buffer.alloc(32, 7)))
  let n = 0
  return {
    name: 'fixed',
    wrap: async (secret, context) => {
      n += 1
      const nonce = Buffer.alloc(24, n)
      nonce.writeUInt32BE(process.pid, 0)
      return { provider: 'fixed', kek: 'k', bytes: Buffer.concat([nonce, xaesSeal(key, nonce, context, secret)]) }
    },
    unwrap: async ({ bytes }, context) => {
      try {
        return xaesOpen(key, bytes.subarray(0, 24), context, bytes.subarray(24))
      } catch {
        throw new FieldcryptError('unwrap_failed', 'does not open')
      }
    },
  }
}
