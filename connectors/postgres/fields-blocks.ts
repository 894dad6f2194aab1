import type { PostgresReader } from '../../kernel/collect/connector.ts'
import { quoted } from './fields-quote.ts'

/** One heap: a table, a partition, a child of a table, a materialised view. */
export interface Heap {
  readonly schema: string
  readonly table: string
  readonly blocks: number
}

/** Up to so many blocks (256 MiB at the usual size) all heaps of a column are read whole. */
const WHOLE_BLOCKS = 32_768
/** Of larger ones: so many anywhere, at the end, and of the stretch whose turn it is. */
const RANDOM_BLOCKS = 4096
const NEWEST_BLOCKS = 512
const STRETCH_BLOCKS = 8192
const STRETCH_MS = 15 * 60_000

const HEAPS = `
  with recursive tree as (
    select $1::oid as oid union select i.inhrelid from pg_inherits i join tree t on i.inhparent = t.oid)
  select n.nspname::text as schema, c.relname::text as table,
    (pg_relation_size(c.oid) / current_setting('block_size')::int8)::int8 as blocks
  from tree join pg_class c on c.oid = tree.oid join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'm') order by 1, 2`

export const heapsOf = (reader: PostgresReader, relation: number): Promise<readonly Heap[]> =>
  reader.query<{ schema: string; table: string; blocks: number }>(HEAPS, [relation])

/** What of a heap is read, each as the part of a statement that follows `from`. */
export interface Reading {
  readonly whole: boolean
  readonly parts: readonly string[]
}

/**
 * Which blocks to read: all of them, or, where there are many, blocks at random, the newest, and one stretch after the other, so
 * that the whole table is read over time.
 *
 * @param budget - blocks of this heap up to which it is read whole
 */
export function readingOf(heap: Heap, budget: number, now: Date): Reading {
  const from = `only ${quoted(heap.schema, heap.table)}`
  if (heap.blocks <= budget) return { whole: true, parts: [from] }
  const share = (most: number): number => Math.max(1, Math.floor((most * budget) / WHOLE_BLOCKS))
  const percent = Math.max(0.0001, (100 * share(RANDOM_BLOCKS)) / heap.blocks).toFixed(4)
  const stretch = share(STRETCH_BLOCKS)
  const turn = Math.floor(now.getTime() / STRETCH_MS) % Math.ceil(heap.blocks / stretch)
  const between = (first: number, end: number) =>
    `${from} where ctid >= '(${Math.max(0, first)},0)'::tid and ctid < '(${end},0)'::tid`
  return {
    whole: false,
    parts: [
      `${from} tablesample system (${percent})`,
      between(heap.blocks - share(NEWEST_BLOCKS), 2 ** 32 - 1),
      between(turn * stretch, (turn + 1) * stretch),
    ],
  }
}

/** The budget of each of so many heaps of one column. */
export const budgetOf = (heaps: readonly Heap[]): number => {
  const blocks = heaps.reduce((sum, heap) => sum + heap.blocks, 0)
  return blocks <= WHOLE_BLOCKS ? WHOLE_BLOCKS : Math.max(64, Math.floor(WHOLE_BLOCKS / Math.max(1, heaps.length)))
}
