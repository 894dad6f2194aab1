import { createHash, createHmac } from 'node:crypto'

/** What a drawing depends on, and nothing else. All of it is fixed before the seed is chosen, but the seed. */
export interface Drawing {
  /** Origin, size and root hash of the checkpoint of the pack. */
  readonly origin: string
  readonly size: number
  readonly root: Uint8Array
  /** First and last position of the window. */
  readonly window: readonly [number, number]
  /** Which items are drawn from: `opened` or `leaves`. */
  readonly from: string
  /** Kind of the items, or `*` for all. */
  readonly kind: string
  /** How many items there are. */
  readonly population: number
  /** Chosen by whoever draws, after the pack was handed over. Any text but the empty one. */
  readonly seed: string
}

const ALL = 2n ** 64n

/**
 * Draws `count` of `population` items without replacement, in the order in which they are drawn; all of them, shuffled,
 * where there are not more. The same drawing gives the same items in every implementation of the rule, which is:
 *
 * 1. `key` = SHA-256 of the UTF-8 text of nine lines, each but the last ended by one line feed: `bergfried-sample/1`, origin,
 *    size, root in base64, first position, last position, from and kind with a space between them, population, seed.
 * 2. Block i (i = 0, 1, 2, …) = HMAC-SHA256(key, i as 8 bytes, big-endian). Each block gives four numbers of 64 bits, big-endian.
 * 3. A number below m: take the next number x of the stream; where x ≥ 2^64 − (2^64 mod m), throw it away and take the next;
 *    the result is x mod m. So every result is equally likely.
 * 4. Of the list 0, 1, …, n − 1: for t = 0, 1, …, count − 1 draw r below n − t and swap the elements t and t + r; element t is drawn.
 */
export function draw(drawing: Drawing, count: number): number[] {
  const n = drawing.population
  if (!Number.isSafeInteger(n) || n < 0 || !Number.isSafeInteger(count) || count < 0) throw new RangeError('draw')
  const below = numbers(keyOf(drawing))
  const moved = new Map<number, number>()
  const drawn: number[] = []
  for (let t = 0; t < Math.min(count, n); t++) {
    const at = t + below(n - t)
    drawn.push(moved.get(at) ?? at)
    moved.set(at, moved.get(t) ?? t)
    moved.delete(t)
  }
  return drawn
}

function keyOf(drawing: Drawing): Buffer {
  const { origin, size, root, window, from, kind, population, seed } = drawing
  const lines = ['bergfried-sample/1', origin, size, Buffer.from(root).toString('base64'), ...window, `${from} ${kind}`]
  return createHash('sha256')
    .update([...lines, population, seed].join('\n'), 'utf8')
    .digest()
}

/** Uniform numbers below a bound, from the stream of a key. */
function numbers(key: Buffer): (bound: number) => number {
  let block = Buffer.alloc(0)
  let used = 0
  let counter = 0n
  const next = (): bigint => {
    if (used === block.length) {
      const message = Buffer.alloc(8)
      message.writeBigUInt64BE(counter++)
      block = createHmac('sha256', key).update(message).digest()
      used = 0
    }
    used += 8
    return block.readBigUInt64BE(used - 8)
  }
  return (bound) => {
    const m = BigInt(bound)
    const limit = ALL - (ALL % m)
    for (;;) {
      const x = next()
      if (x < limit) return Number(x % m)
    }
  }
}
