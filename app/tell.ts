import type { State } from '../kernel/check/roll-up.ts'
import type { ControlVerdict } from '../kernel/check/verdicts.ts'
import type { LiveFeed } from '../kernel/http/live-feed.ts'
import type { House } from './house.ts'
import type { WatchEvents } from './watch-loop.ts'

/** Tells open consoles what the watch does. States are told where they differ from those told before. */
export function telling(
  feed: LiveFeed,
  house: House,
  first: readonly ControlVerdict[],
): Required<Pick<WatchEvents, 'onCollecting' | 'onCollected'>> & {
  readonly onJudged: (opened: number, closed: number) => void
  readonly onStates: (verdicts: readonly ControlVerdict[]) => void
} {
  const instant = (): Date => house.clock.now()
  let known = statesOf(first)
  return {
    onCollecting: (system) => feed.tell({ type: 'collecting', system: system.name, at: instant() }),
    onCollected: ({ system, changed, failures, milliseconds }) =>
      feed.tell({
        type: 'collected',
        system: system.name,
        at: instant(),
        changed: changed.length,
        failures: failures.size,
        milliseconds,
      }),
    onJudged: (opened, closed) => feed.tell({ type: 'judged', at: instant(), opened, closed }),
    onStates: (verdicts) => {
      const states = statesOf(verdicts)
      const changed = [...states].flatMap(([control, state]) =>
        known.get(control) === state ? [] : [{ control, state }],
      )
      known = states
      if (changed.length > 0) feed.tell({ type: 'states', at: instant(), changed })
    },
  }
}

const statesOf = (verdicts: readonly ControlVerdict[]): Map<string, State> =>
  new Map(verdicts.map((v) => [v.control.id, v.state]))
