/** A complete subtree: the 2^height entries from index * 2^height. */
export interface Node {
  readonly height: number
  readonly index: number
}

/**
 * The complete subtrees that make up a range of entries, from the left, the largest first: `MTH(D[start:end])` of RFC 6962
 * is their hashes folded from the right. `start` is a multiple of the power of two that holds the range.
 */
export function nodesOf(start: number, end: number): Node[] {
  const nodes: Node[] = []
  let from = start
  while (from < end) {
    const { size, height } = largest(end - from)
    nodes.push({ height, index: from / size })
    from += size
  }
  return nodes
}

/** For each hash of an inclusion proof, from the leaf's sibling up, what it is the hash over. */
export function inclusionCovers(index: number, size: number): Node[][] {
  const covers: Node[][] = []
  let [start, end] = [0, size]
  while (end - start > 1) {
    const middle = start + split(end - start)
    covers.push(index < middle ? nodesOf(middle, end) : nodesOf(start, middle))
    ;[start, end] = index < middle ? [start, middle] : [middle, end]
  }
  return covers.reverse()
}

/** For each hash of a consistency proof, what it is the hash over. The old size is at least 1 and below the new one. */
export function consistencyCovers(oldSize: number, newSize: number): Node[][] {
  const covers: Node[][] = []
  let [start, end] = [0, newSize]
  while (end !== oldSize) {
    const middle = start + split(end - start)
    covers.push(oldSize <= middle ? nodesOf(middle, end) : nodesOf(start, middle))
    ;[start, end] = oldSize <= middle ? [start, middle] : [middle, end]
  }
  // Where the old tree is one complete subtree, its root is the reader's own and not repeated.
  if (start > 0) covers.push(nodesOf(start, end))
  return covers.reverse()
}

/** The largest power of two below n, where RFC 6962 splits a tree. */
function split(n: number): number {
  const { size } = largest(n)
  return size === n ? n / 2 : size
}

/** The largest power of two up to n. Counted, because a logarithm rounds above 2^48. */
function largest(n: number): { readonly size: number; readonly height: number } {
  let [size, height] = [1, 0]
  while (size * 2 <= n) {
    size *= 2
    height += 1
  }
  return { size, height }
}
