import { parseRemembered } from '../../verifier/remembered.ts'
import type { Remembered } from '../../verifier/result.ts'
import { world } from './dom.ts'

const KEY = 'bergfried.log'

/** What this browser kept of the log, or null: nothing, or storing is not allowed. */
export function recall(): Remembered | null {
  try {
    const text = world.localStorage.getItem(KEY)
    return text === null ? null : parseRemembered(text)
  } catch {
    return null
  }
}

/** Keeps it, where the browser lets us. */
export function keep(log: Remembered): void {
  try {
    world.localStorage.setItem(KEY, JSON.stringify(log))
  } catch {
    // A browser without storage checks everything but the past.
  }
}

export function forget(): void {
  try {
    world.localStorage.removeItem(KEY)
  } catch {
    // There was nothing to forget.
  }
}
