import { createPublicKey } from 'node:crypto'
import { decodeCredentialPublicKey } from '@simplewebauthn/server/helpers'

/**
 * A passkey's public key as JWK in JSON (RFC 7517). COSE (RFC 9053) labels: 1 kind, -1 curve or modulus, -2 x or exponent, -3 y.
 *
 * @returns null where node:crypto knows no such key
 */
export function jwkOf(cose: Uint8Array): string | null {
  const key = decodeCredentialPublicKey(cose as never) as unknown as Map<number, unknown>
  const text = (label: number): string => Buffer.from(key.get(label) as Uint8Array).toString('base64url')
  try {
    const jwk =
      key.get(1) === 2
        ? {
            kty: 'EC',
            crv: { 1: 'P-256', 2: 'P-384', 3: 'P-521' }[Number(key.get(-1))] ?? '',
            x: text(-2),
            y: text(-3),
          }
        : key.get(1) === 1
          ? { kty: 'OKP', crv: 'Ed25519', x: text(-2) }
          : { kty: 'RSA', n: text(-1), e: text(-2) }
    createPublicKey({ key: jwk, format: 'jwk' })
    return JSON.stringify(jwk)
  } catch {
    return null
  }
}
