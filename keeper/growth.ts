import { toBase64 } from '../engines/tlog/bytes.ts'
import { EMPTY_ROOT } from '../engines/tlog/merkle.ts'
import { verifyConsistency } from '../engines/tlog/proof.ts'
import { type KeeperError, refused } from './errors.ts'

export interface Tree {
  readonly size: number
  readonly root: Uint8Array
}

/** From a tree to a larger one, with its RFC 6962 consistency proof. */
export interface Growth {
  readonly oldSize: number
  readonly newSize: number
  readonly newRoot: Uint8Array
  readonly consistency: readonly Uint8Array[]
}

/**
 * What the keeper does with a growth that somebody claims, by what it signed last and by nothing else.
 *
 * @returns `repeat` it is the tree that was signed last; `grow` it may be signed; otherwise why not: `fork` and
 *   `rollback` contradict a signature that exists, `other_start` only does not begin where we stand
 */
export function judgeGrowth(last: Tree | null, growth: Growth): 'repeat' | 'grow' | KeeperError {
  const { size, root } = last ?? { size: 0, root: EMPTY_ROOT }
  const { oldSize, newSize, newRoot, consistency } = growth
  if (newSize === size && same(newRoot, root)) return last === null ? 'grow' : 'repeat'
  if (newSize === size) {
    return refusal('fork', size, [
      `a second root for size ${size}; the one that was signed is ${toBase64(root)}`,
      `eine zweite Wurzel zur Größe ${size}; unterschrieben ist ${toBase64(root)}`,
    ])
  }
  if (newSize < size) {
    return refusal('rollback', size, [
      `size ${newSize} is behind the size that was signed last, ${size}`,
      `Größe ${newSize} liegt hinter der zuletzt unterschriebenen, ${size}`,
    ])
  }
  if (oldSize !== size) {
    return refusal('other_start', size, [
      `growth from size ${oldSize}, the size that was signed last is ${size}`,
      `Wachstum ab Größe ${oldSize}, zuletzt unterschrieben ist ${size}`,
    ])
  }
  if (!verifyConsistency({ oldSize, oldRoot: root, newSize, newRoot, proof: consistency })) {
    return refusal('fork', size, [
      `the tree of size ${newSize} does not begin with the one of size ${size} that was signed`,
      `der Baum der Größe ${newSize} beginnt nicht mit dem unterschriebenen der Größe ${size}`,
    ])
  }
  return 'grow'
}

const refusal = (kind: string, last: number, [en, de]: readonly [string, string]): KeeperError =>
  refused(en, de, { kind, last })

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0
