import { BergfriedError } from '../kernel/errors.ts'
import type { House } from './house.ts'

/**
 * One server per database: a lock that lives as long as the returned function is not called. It is held in the database,
 * so a killed server leaves nothing behind.
 *
 * @throws {BergfriedError} `data.in_use`
 */
export async function holdFolder(house: House): Promise<() => Promise<void>> {
  const owner = house.database.stage('bf_owner')
  let release: () => void = () => undefined
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  return new Promise((resolve, reject) => {
    const held = owner.session(async (tx) => {
      await tx.query(`set application_name = 'bergfried server'`)
      const [row] = await tx.query<{ got: boolean }>('select pg_try_advisory_lock(7404) as got')
      if (row?.got !== true) throw new BergfriedError('data.in_use', { folder: house.config.data ?? '-' })
      resolve(async () => {
        release()
        await held
      })
      await released
      await tx.query('select pg_advisory_unlock(7404)').catch(() => undefined)
    })
    held.catch(reject)
  })
}
