import type { State } from '../check/roll-up.ts'
import type { Text } from '../i18n/text.ts'

/** What happens in this process while somebody watches. Told to open consoles, kept nowhere: the truth is in the store. */
export type Happening =
  | { readonly type: 'collecting'; readonly system: string; readonly at: Date }
  | {
      readonly type: 'collected'
      readonly system: string
      readonly at: Date
      readonly changed: number
      readonly failures: number
      readonly milliseconds: number
    }
  | { readonly type: 'judged'; readonly at: Date; readonly opened: number; readonly closed: number }
  | { readonly type: 'states'; readonly at: Date; readonly changed: readonly { control: string; state: State }[] }
  | { readonly type: 'sealed'; readonly at: Date; readonly size: number }
  /** Bans began, ended, or were found out of force. */
  | { readonly type: 'bans'; readonly at: Date }
  /** Requests, grants or revocations moved. Says nothing of whose. */
  | { readonly type: 'access'; readonly at: Date }
  /** Rules of a firewall were seen, proposed, approved, made or taken back. */
  | { readonly type: 'firewall'; readonly at: Date }
  /** A key, a grant of one or an order moved. */
  | { readonly type: 'keys'; readonly at: Date }
  | {
      readonly type: 'progress'
      readonly id: string
      readonly title: Text
      readonly done: number
      readonly total: number | null
      readonly ended: boolean
    }

export type Listener = (happening: Happening) => void

/** Hands happenings to whoever listens. A listener that throws is dropped: one broken console never stops the watch. */
export class LiveFeed {
  readonly #listeners = new Set<Listener>()

  tell(happening: Happening): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(happening)
      } catch {
        this.#listeners.delete(listener)
      }
    }
  }

  /** @returns the end of listening */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  get listeners(): number {
    return this.#listeners.size
  }
}
