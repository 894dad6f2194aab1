import { createHash } from 'node:crypto'
import { canonicalJson, type Json } from '../ledger/canonical-json.ts'
import type { Policy } from './policy-schema.ts'

/**
 * SHA-256 over the canonical JSON (RFC 8785) of a policy, as 64 hexadecimal digits. Comments, the order of fields and
 * the way in which it is spread over files do not count; every word does.
 */
export const policyDigest = (policy: Policy): string =>
  createHash('sha256')
    .update(canonicalJson(policy as unknown as Json))
    .digest('hex')
