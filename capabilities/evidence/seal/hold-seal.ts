import type { StagePool } from '../../../kernel/db/database.ts'
import { BergfriedError } from '../../../kernel/errors.ts'

/**
 * Takes the right to seal this database (advisory lock 7405). A killed process leaves nothing behind.
 *
 * @returns gives it back
 * @throws {BergfriedError} `evidence.locked`
 */
export async function holdSeal(pool: StagePool): Promise<() => Promise<void>> {
  let release: () => void = () => undefined
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  return new Promise((resolve, reject) => {
    const held = pool.session(async (tx) => {
      const [row] = await tx.query<{ got: boolean }>('select pg_try_advisory_lock(7405) as got')
      if (row?.got !== true) throw new BergfriedError('evidence.locked', { what: 'bergfried' })
      resolve(async () => {
        release()
        await held
      })
      await released
      // The connection may be gone, and the lock with it.
      await tx.query('select pg_advisory_unlock(7405)').catch(() => undefined)
    })
    held.catch(reject)
  })
}
