/** Serial numbers as ranges that rise and do not touch: `from[i]` to `to[i]`, both included. */
export interface SerialRanges {
  readonly from: BigUint64Array
  readonly to: BigUint64Array
}

/** From and to, both included. */
export interface SerialRange {
  readonly from: bigint
  readonly to: bigint
}

/** Single serials and ranges, in any order, overlapping or not, as ranges that rise and do not touch. */
export function mergeSerials(singles: readonly bigint[], ranges: readonly SerialRange[]): SerialRanges {
  const sorted = BigUint64Array.from(singles).sort()
  const more = ranges.toSorted((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0))
  const from = new BigUint64Array(sorted.length + more.length)
  const to = new BigUint64Array(from.length)
  let count = 0
  const add = (low: bigint, high: bigint): void => {
    const last = to[count - 1]
    if (last !== undefined && low <= last + 1n) {
      if (high > last) to[count - 1] = high
      return
    }
    from[count] = low
    to[count++] = high
  }
  let next = 0
  for (const serial of sorted) {
    for (let range = more[next]; range !== undefined && range.from <= serial; range = more[++next])
      add(range.from, range.to)
    add(serial, serial)
  }
  for (const range of more.slice(next)) add(range.from, range.to)
  return { from: from.slice(0, count), to: to.slice(0, count) }
}

export function inRanges({ from, to }: SerialRanges, serial: bigint): boolean {
  let low = 0
  let high = from.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((from[middle] ?? 0n) <= serial) low = middle + 1
    else high = middle
  }
  return low > 0 && serial <= (to[low - 1] ?? 0n)
}
