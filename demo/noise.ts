import { hash } from 'node:crypto'

/** A number from 0 up to 1 that is the same for the same words: the demo has chance in it and tells the same story each time. */
export function noise(...words: readonly (string | number)[]): number {
  return Number.parseInt(hash('sha256', words.join(' '), 'hex').slice(0, 8), 16) / 2 ** 32
}

/** A whole number from `low` to `high`, both included, that is the same for the same words. */
export const noiseBetween = (low: number, high: number, ...words: readonly (string | number)[]): number =>
  low + Math.floor(noise(...words) * (high - low + 1))
