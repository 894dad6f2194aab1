import type { StagePool } from '../../kernel/db/database.ts'
import { BergfriedError } from '../../kernel/errors.ts'

/** What a database is for, as it says itself. */
export interface Claim {
  readonly demo: boolean
  readonly id: string
  readonly madeAt: Date
  /** Null while the past of a demo is not told to its end. */
  readonly readyAt: Date | null
  /** Said just now: the database was empty. */
  readonly fresh: boolean
}

/**
 * Says for ever whether a database is a demo's or a company's own, or refuses where it is the other. A database that
 * holds facts and says nothing is a company's own.
 *
 * @param owner - the pool of `bf_owner`: no other role may write this
 * @param where - what to call the place in a message
 * @throws {BergfriedError} `demo.is_demo` real work on a demo; `demo.is_real` a demo on real data
 */
export async function claimHouse(
  owner: StagePool,
  wanted: { readonly demo: boolean; readonly at: Date; readonly where: string },
): Promise<Claim> {
  const { demo, at, where } = wanted
  return owner.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock(7400, 2)')
    const [known] = await tx.query<Omit<Claim, 'fresh'>>(CLAIM)
    if (known !== undefined) {
      if (known.demo !== demo) throw new BergfriedError(known.demo ? 'demo.is_demo' : 'demo.is_real', { where })
      return { ...known, fresh: false }
    }
    if (demo) {
      const [held] = await tx.query<{ yes: boolean }>(HOLDS_SOMETHING)
      if (held?.yes !== false) throw new BergfriedError('demo.is_real', { where })
    }
    await tx.query('insert into desk.house (demo, made_at, ready_at) values ($1, $2, $3)', [demo, at, demo ? null : at])
    const [made] = await tx.query<Omit<Claim, 'fresh'>>(CLAIM)
    if (made === undefined) throw new Error('no claim')
    return { ...made, fresh: true }
  })
}

/** From now on the past of the demo is told, and it lives. */
export async function markReady(owner: StagePool, at: Date): Promise<void> {
  await owner.query('update desk.house set ready_at = $1 where ready_at is null', [at])
}

const CLAIM = 'select demo, id, made_at as "madeAt", ready_at as "readyAt" from desk.house'

const HOLDS_SOMETHING = `
  select exists (select from evidence.entry) or exists (select from collect.collection) or exists (select from desk.system)
    or exists (select from desk.token) as yes`
