import { certificates } from './certificates.ts'
import { decisions } from './decisions.ts'
import { manyAccounts } from './many-accounts.ts'
import { withDatabase } from './own-database.ts'
import { terminations } from './terminations.ts'

const RUNS = 200

/**
 * How soon access is proven gone, on real systems with an adversary; how a house with many accounts and dead systems gets rid of them;
 * certificates per second; one decision.
 */
export async function run(args: readonly string[]): Promise<void> {
  const runs = args[0] === undefined ? RUNS : Number(args[0])
  process.stdout.write(`${await certificates()}\n\n`)
  process.stdout.write(`${await decisions()}\n\n`)
  process.stdout.write(`${await withDatabase((database) => manyAccounts(database))}\n\n`)
  process.stdout.write(`${await withDatabase((database) => terminations(database, runs))}\n`)
}
