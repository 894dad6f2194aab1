import type { StagePool, Transaction } from '../../../kernel/db/database.ts'
import { BergfriedError } from '../../../kernel/errors.ts'

/** The right to seal a database. */
export interface HeldSeal {
  /** Returns while the right is held. @throws what became of the connection, and of the right with it */
  check(): Promise<void>
  release(): Promise<void>
}

/**
 * Takes the right to seal this database (advisory lock 7405). A killed process leaves nothing behind.
 *
 * @throws {BergfriedError} `evidence.locked`
 */
export async function holdSeal(pool: StagePool): Promise<HeldSeal> {
  let release: () => void = () => undefined
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  return new Promise((resolve, reject) => {
    const held = pool.session(async (tx: Transaction) => {
      const [row] = await tx.query<{ got: boolean }>('select pg_try_advisory_lock(7405) as got')
      if (row?.got !== true) throw new BergfriedError('evidence.locked', { what: 'bergfried (7405)' })
      resolve({
        // The lock lives exactly as long as this connection.
        check: async () => void (await tx.query('select 1')),
        release: async () => {
          release()
          await held
        },
      })
      await released
      await tx.query('select pg_advisory_unlock(7405)').catch(() => undefined)
    })
    held.catch(reject)
  })
}
