import type { CertificateLimits, CertificateRequest } from '../certificate-request.ts'
import { freshNonce } from '../key-object-signer.ts'
import { publicOf } from './keys.ts'

/** 2026-01-01T00:00:00Z */
export const NOW = 1_767_225_600n
export const LIMITS: CertificateLimits = { longestSeconds: 86_400n * 400n }

/** A certificate that is in order, with changes. */
export const request = (changes: Partial<CertificateRequest> = {}): CertificateRequest => ({
  kind: 'user',
  subject: publicOf(2),
  serial: 7n,
  keyId: 'grant-4711',
  principals: ['role:prod-ssh'],
  validAfter: NOW - 60n,
  validBefore: NOW + 600n,
  nonce: freshNonce(),
  ...changes,
})

/** What a call throws; an error where it throws nothing. */
export function thrown(call: () => unknown): unknown {
  try {
    call()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}
