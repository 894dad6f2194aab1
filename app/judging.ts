import type { FactKind } from '../facts/kinds.ts'
import type { Check } from '../kernel/check/check.ts'
import type { Task } from '../kernel/check/judge.ts'
import { dependsOnTime } from '../kernel/check/judge-sql.ts'
import type { RegisteredSystem } from '../kernel/collect/systems.ts'

/**
 * Which checks are out of date, and about which systems. A change of a kind marks the checks that read it for that
 * system; a change of a kind that a check reads fleet-wide marks it for all its systems.
 */
export class Dirty {
  readonly #checks: readonly Check[]
  readonly #marks = new Map<Check, Set<number>>()

  constructor(checks: readonly Check[]) {
    this.#checks = checks
  }

  get empty(): boolean {
    return this.#marks.size === 0
  }

  changed(system: RegisteredSystem, kinds: readonly FactKind[], all: readonly RegisteredSystem[]): void {
    const changed = new Set(kinds)
    for (const check of this.#checks) {
      if (check.fleet?.some((kind) => changed.has(kind)) === true) this.#mark(check, ofKind(all, check))
      else if (check.appliesTo === system.kind && check.reads.some((kind) => changed.has(kind))) {
        this.#mark(check, [system.id])
      }
    }
  }

  /** Time has passed: checks that look at the clock. */
  ticked(all: readonly RegisteredSystem[]): void {
    for (const check of this.#checks) if (dependsOnTime(check)) this.#mark(check, ofKind(all, check))
  }

  everything(all: readonly RegisteredSystem[]): void {
    for (const check of this.#checks) this.#mark(check, ofKind(all, check))
  }

  /** Hands the marks over and starts anew. */
  take(): readonly Task[] {
    // Checks that are out of date about the same systems share one list.
    const lists = new Map<string, readonly number[]>()
    const tasks = [...this.#marks].map(([check, marked]) => {
      const systems = [...marked].sort((a, b) => a - b)
      const key = systems.join(' ')
      const list = lists.get(key) ?? systems
      lists.set(key, list)
      return { check, systems: list }
    })
    this.#marks.clear()
    return tasks.filter((task) => task.systems.length > 0)
  }

  #mark(check: Check, systems: readonly number[]): void {
    const known = this.#marks.get(check) ?? new Set<number>()
    for (const id of systems) known.add(id)
    this.#marks.set(check, known)
  }
}

const ofKind = (all: readonly RegisteredSystem[], check: Check): readonly number[] =>
  all.filter((s) => s.kind === check.appliesTo).map((s) => s.id)
