import { FieldcryptError, invalid } from './errors.ts'

/**
 * What is known of the values of an indexed column.
 *
 * - `random`: made by a generator, with so many bits of entropy (an API key). Equal values are the same secret, so the index gives
 *   nothing away and is full length.
 * - `known`: about so many different values can occur (not: occur today). `commonestShare` is the part of all rows, 0 to 1, that holds
 *   the commonest value.
 * - `boolean`, `enum`: always refused; they are here so that a schema can be handed over as it is.
 */
export type Cardinality =
  | { readonly kind: 'random'; readonly bits: number }
  | { readonly kind: 'known'; readonly values: number; readonly commonestShare?: number }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'enum' }

/** Below it whoever sees the index counts its buckets and knows the values. */
export const MIN_VALUES = 1024
/** A value that more rows than this hold names its own bucket. */
export const MAX_COMMONEST_SHARE = 1 / 32
export const FULL_BITS = 256
/** Entropy that makes guessing hopeless. */
export const MIN_RANDOM_BITS = 112
/** Different values that share a bucket on average, so that a match is a hint and no proof. */
const VALUES_PER_BUCKET = 2

/**
 * Length of a blind index in bits: 256 for random secrets, else as many as leave at least two possible values per bucket on
 * average. Errors: `tiny_domain` for booleans, enums, fewer than 1024 values, or one value that dominates; `invalid`.
 */
export function indexBits(cardinality: Cardinality): number {
  const { kind } = cardinality
  if (kind === 'boolean' || kind === 'enum')
    throw new FieldcryptError('tiny_domain', `an index over a ${kind} would give its values away`)
  if (kind === 'random') return randomBits(cardinality.bits)
  const { values, commonestShare = 0 } = cardinality
  if (!Number.isFinite(values) || values < 1) throw invalid('a number of values is at least 1')
  if (!(commonestShare >= 0 && commonestShare <= 1)) throw invalid('a share is 0 to 1')
  if (values < MIN_VALUES)
    throw new FieldcryptError('tiny_domain', `an index over fewer than ${MIN_VALUES} values would give them away`)
  if (commonestShare > MAX_COMMONEST_SHARE)
    throw new FieldcryptError('tiny_domain', 'an index over a column that one value dominates would name that value')
  return Math.min(FULL_BITS, Math.floor(Math.log2(values / VALUES_PER_BUCKET)))
}

function randomBits(bits: number): number {
  if (!Number.isFinite(bits) || bits < 0) throw invalid('entropy is a number of bits')
  if (bits < MIN_RANDOM_BITS)
    throw new FieldcryptError('tiny_domain', `secrets of fewer than ${MIN_RANDOM_BITS} random bits can be guessed`)
  return FULL_BITS
}
