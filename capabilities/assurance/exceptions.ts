import type { StagePool } from '../../kernel/db/database.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { appendEntry } from '../../kernel/ledger/entry.ts'
import { sealPersonal } from '../../kernel/ledger/personal.ts'
import type { ExceptionView, NewException } from './contract.ts'

const MOST_DAYS = 400

/** What must exist for an exception to mean something. */
export interface Known {
  readonly checks: ReadonlySet<string>
  readonly systems: ReadonlySet<string>
}

/**
 * Accepts a deviation. Stored with its evidence entry in one transaction.
 *
 * @throws {BergfriedError} `check.unknown`, `system.unknown`, `exception.invalid` (end in the past or too far ahead)
 */
export async function addException(
  desk: StagePool,
  wanted: NewException,
  context: { by: string; now: Date; known: Known },
): Promise<number> {
  const { by, now, known } = context
  if (!known.checks.has(wanted.check)) throw new BergfriedError('check.unknown', { check: wanted.check })
  if (wanted.system !== null && !known.systems.has(wanted.system)) {
    throw new BergfriedError('system.unknown', { system: wanted.system })
  }
  const until = new Date(wanted.until)
  const days = (until.getTime() - now.getTime()) / 86_400_000
  if (!(days > 0))
    throw new BergfriedError('exception.invalid', {
      reason: `it would end on ${wanted.until}, which is past`,
      reasonDe: `sie endete am ${wanted.until}, das ist vorbei`,
    })
  if (days > MOST_DAYS)
    throw new BergfriedError('exception.invalid', {
      reason: `it may last ${MOST_DAYS} days at the most`,
      reasonDe: `sie darf höchstens ${MOST_DAYS} Tage dauern`,
    })
  return desk.transaction(async (tx) => {
    const [row] = await tx.query<{ id: number }>(
      `insert into desk.exception (check_name, system_name, resource, owner, reason, created_by, created_at, until)
       values ($1, $2, $3, $4, $5, $6, $7, $8) returning id`,
      [wanted.check, wanted.system, wanted.resource, wanted.owner, wanted.reason, by, now, until],
    )
    const id = row?.id ?? 0
    const { owner, reason, resource } = wanted
    await appendEntry(tx, now, 'exception', {
      id,
      check: wanted.check,
      system: wanted.system,
      until: until.toISOString(),
      // A resource may be an account's name, a reason may name anybody: they go with their owner.
      owner: await sealPersonal(tx, now, owner, { owner, reason, resource }),
      by: await sealPersonal(tx, now, by, { by }),
    })
    return id
  })
}

/** Ends an exception before its time. @throws {BergfriedError} `http.not_found` where it is not running */
export async function endException(desk: StagePool, id: number, by: string, now: Date): Promise<void> {
  await desk.transaction(async (tx) => {
    const rows = await tx.query(
      `insert into desk.exception_end (exception_id, ended_by, ended_at)
       select id, $2, $3 from desk.exception where id = $1 and until > $3
       on conflict do nothing returning exception_id`,
      [id, by, now],
    )
    if (rows.length === 0) throw new BergfriedError('http.not_found', { what: `exception ${id}` })
    await appendEntry(tx, now, 'exception_end', { id, by: await sealPersonal(tx, now, by, { by }) })
  })
}

/** Exceptions, newest first; `live` alone those that hold now. */
export async function listExceptions(pool: StagePool, now: Date, live: boolean): Promise<readonly ExceptionView[]> {
  const rows = await pool.query<
    Omit<ExceptionView, 'createdAt' | 'until' | 'endedAt'> &
      Record<'createdAt' | 'until', Date> & { endedAt: Date | null }
  >(
    `select e.id, e.check_name as "check", e.system_name as "system", e.resource, e.owner, e.reason,
       e.created_by as "createdBy", e.created_at as "createdAt", e.until, x.ended_at as "endedAt"
     from desk.exception e left join desk.exception_end x on x.exception_id = e.id
     where not $2 or (e.until > $1 and x.exception_id is null) order by e.id desc limit 1000`,
    [now, live],
  )
  return rows.map((row) => ({
    ...row,
    createdAt: row.createdAt.toISOString(),
    until: row.until.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
  }))
}
