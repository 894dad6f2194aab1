/** Numbers of one block; a block that grows beyond is halved. */
const BLOCK = 512

/**
 * A sorted multiset of numbers, in blocks: adding, removing and reading a rank take about the square root of its size.
 */
export class SortedList {
  #blocks: number[][] = []
  #size = 0

  get size(): number {
    return this.#size
  }

  add(value: number): void {
    this.#size++
    const at = this.#blockOf(value)
    const block = this.#blocks[at]
    if (block === undefined) {
      this.#blocks.push([value])
      return
    }
    block.splice(place(block, value), 0, value)
    if (block.length > BLOCK) this.#blocks.splice(at + 1, 0, block.splice(block.length >> 1))
  }

  /** Removes one of a value that is in the list. */
  remove(value: number): void {
    const at = this.#blockOf(value)
    const block = this.#blocks[at]
    const found = block === undefined ? -1 : place(block, value)
    if (block === undefined || block[found] !== value) throw new Error('a value to remove is in the list')
    block.splice(found, 1)
    this.#size--
    if (block.length === 0) this.#blocks.splice(at, 1)
  }

  /** The value of a rank from 0. */
  at(rank: number): number {
    let left = rank
    for (const block of this.#blocks) {
      if (left < block.length) return block[left] as number
      left -= block.length
    }
    return Number.NaN
  }

  /** Percentile with linear interpolation between ranks (Hyndman and Fan, type 7). */
  percentile(percent: number): number {
    const rank = ((this.#size - 1) * percent) / 100
    const low = Math.floor(rank)
    const below = this.at(low)
    return low === rank ? below : below + (this.at(low + 1) - below) * (rank - low)
  }

  /** The first block whose last value is not below a value; else the last block. */
  #blockOf(value: number): number {
    let low = 0
    let high = this.#blocks.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      const block = this.#blocks[middle] as number[]
      if ((block[block.length - 1] as number) < value) low = middle + 1
      else high = middle
    }
    return Math.max(0, low)
  }
}

/** First place in a sorted block that does not lie below a value. */
function place(block: readonly number[], value: number): number {
  let low = 0
  let high = block.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((block[middle] as number) < value) low = middle + 1
    else high = middle
  }
  return low
}
