import { randomUUID } from 'node:crypto'
import { BergfriedError } from '../../../kernel/errors.ts'
import { type AccessDeps, deskOf, moved } from '../desk.ts'
import { recordAccess } from '../evidence/record.ts'
import { endGrants } from '../grant/end-grant.ts'

export interface LockWish {
  readonly kind: 'person' | 'host'
  readonly target: string
  readonly reason: string
  readonly by: string
  /** `left`: the person is gone for good. */
  readonly why?: 'lock' | 'left' | 'drill'
}

/**
 * Locks somebody, or a host: nothing is given any more, and every live grant ends at once.
 *
 * @returns numbers of the revocation cases that this began
 */
export async function lock(
  deps: AccessDeps,
  { kind, target, reason, by, why = 'lock' }: LockWish,
): Promise<readonly string[]> {
  const desk = deskOf(deps)
  const at = deps.clock.now()
  const cases = await deps.database.stage('bf_access').transaction(async (tx) => {
    await tx.query(
      'insert into access.lock (id, kind, target, reason, locked_by, locked_at) values ($1, $2, $3, $4, $5, $6)',
      [randomUUID(), kind, target, reason, by, at],
    )
    const person = kind === 'person' ? target : by
    await recordAccess(tx, at, 'locked', { person, by }, { kind, ...(kind === 'host' ? { system: target } : {}) })
    const live = await tx.query<{ person: string; grants: string[] }>(
      `select person, array_agg(id) as grants from access."grant"
       where ended_at is null and case $1 when 'person' then person = $2 else system = $2 end group by person`,
      [kind, target],
    )
    const begun: string[] = []
    for (const row of live) {
      const ending = { reason: why, by, withinSeconds: desk.serviceLevelSeconds }
      const opened = await endGrants(tx, at, row.person, row.grants, ending)
      if (opened !== null) begun.push(opened.case)
    }
    return begun
  })
  moved(deps)
  return cases
}

/** Lifts every lock on a target. Ended grants stay ended. @throws {BergfriedError} `http.not_found` */
export async function unlock(
  deps: AccessDeps,
  { kind, target, by }: Pick<LockWish, 'kind' | 'target' | 'by'>,
): Promise<void> {
  const at = deps.clock.now()
  await deps.database.stage('bf_access').transaction(async (tx) => {
    const rows = await tx.query(
      `update access.lock set lifted_by = $3, lifted_at = $4 where kind = $1 and target = $2 and lifted_at is null returning 1`,
      [kind, target, by, at],
    )
    if (rows.length === 0) throw new BergfriedError('http.not_found', { what: target })
    const person = kind === 'person' ? target : by
    await recordAccess(tx, at, 'unlocked', { person, by }, { kind, ...(kind === 'host' ? { system: target } : {}) })
  })
}
