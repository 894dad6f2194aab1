import { CorrelationGroup, type GroupList, type SavedGroup } from './correlation-group.ts'
import type { Deadline, LossCounts, Waiting } from './correlator-io.ts'
import { SigmaError } from './errors.ts'
import type { Pack } from './pack.ts'
import type { TimeHeap } from './time-heap.ts'

const SNAPSHOT_VERSION = 1

/** The state of a correlator as plain data that survives JSON. */
export interface Snapshot {
  readonly version: number
  /** Hash of the pack that it belongs to. */
  readonly pack: string
  readonly newest: number | null
  readonly judged: number | null
  readonly seq: number
  readonly counts: LossCounts
  readonly waiting: readonly Waiting[]
  /** For each correlation its groups, the stalest first. */
  readonly groups: readonly { readonly rule: number; readonly groups: readonly SavedGroup[] }[]
  /** Order of the deadlines: rule, key, way, `seq`. */
  readonly deadlines: readonly { rule: number; key: string; way: number; at: number; seq: number }[]
}

/** What a snapshot is of. */
export interface State {
  readonly clock: { newest: number; judged: number; seq: number }
  readonly counts: LossCounts
  readonly lists: ReadonlyMap<number, GroupList>
  readonly waiting: TimeHeap<Waiting>
  readonly deadlines: TimeHeap<Deadline>
}

export function saveState(pack: Pack, state: State): Snapshot {
  const finite = (time: number): number | null => (Number.isFinite(time) ? time : null)
  const snapshot: Snapshot = {
    version: SNAPSHOT_VERSION,
    pack: pack.hash,
    newest: finite(state.clock.newest),
    judged: finite(state.clock.judged),
    seq: state.clock.seq,
    counts: state.counts,
    waiting: state.waiting.items(),
    groups: [...state.lists].map(([rule, list]) => ({ rule, groups: [...list.all()].map((group) => group.save()) })),
    deadlines: state.deadlines
      .items()
      .map(({ rule, key, pending, at, seq }) => ({ rule, key, way: pending.way, at, seq })),
  }
  // Nothing of the running state may be shared with what the caller keeps.
  return structuredClone(snapshot)
}

/** Fills an empty state; gives the number of groups. A snapshot of another pack or version is refused as `stale`. */
export function restoreState(snapshot: Snapshot, pack: Pack, state: State, room: number): number {
  if (snapshot.version !== SNAPSHOT_VERSION || snapshot.pack !== pack.hash) {
    throw new SigmaError('stale', 'the snapshot is of other rules or of another version')
  }
  const own = structuredClone(snapshot)
  state.clock.newest = own.newest ?? Number.NEGATIVE_INFINITY
  state.clock.judged = own.judged ?? Number.NEGATIVE_INFINITY
  state.clock.seq = own.seq
  Object.assign(state.counts, own.counts)
  for (const waiting of own.waiting) state.waiting.push(waiting)
  let count = 0
  for (const { rule, groups } of own.groups) {
    const list = state.lists.get(rule)
    if (list === undefined) throw new SigmaError('stale', 'the snapshot names a correlation that is not there')
    for (const saved of groups) {
      list.touch(new CorrelationGroup(list.rule, saved.key, room, saved))
      count++
    }
  }
  for (const { rule, key, way, at, seq } of own.deadlines) {
    const pending = state.lists
      .get(rule)
      ?.get(key)
      ?.pending.find((one) => one.way === way)
    if (pending !== undefined) state.deadlines.push({ at, seq, rule, key, pending })
  }
  return count
}
