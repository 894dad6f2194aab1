import type { Database } from '../../../kernel/db/database.ts'
import { ScimProblem } from '../protocol/scim-problem.ts'

const MOST_WAITING = 64
const queues = new WeakMap<Database, { last: Promise<unknown>; waiting: number }>()

/**
 * One change after another. The register is read, changed and stored as a whole, so two changes at once could undo each other; and a
 * change that waits for another would hold a connection that the other needs.
 *
 * @throws {ScimProblem} 503 where too many wait already
 */
export function inTurn<T>(database: Database, work: () => Promise<T>): Promise<T> {
  const queue = queues.get(database) ?? { last: Promise.resolve(), waiting: 0 }
  queues.set(database, queue)
  if (queue.waiting >= MOST_WAITING)
    return Promise.reject(
      new ScimProblem(503, null, {
        de: 'Zu viele Änderungen auf einmal; später noch einmal.',
        en: 'Too many changes at once; try again later.',
      }),
    )
  queue.waiting += 1
  const mine = queue.last.then(work).finally(() => {
    queue.waiting -= 1
  })
  queue.last = mine.catch(() => undefined)
  return mine
}
