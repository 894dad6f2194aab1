import { setTimeout as sleep } from 'node:timers/promises'
import { BergfriedError } from '../../../kernel/errors.ts'
import type { ActingClient } from './connect.ts'

const EMPTY_SCANS = 3
const PAUSE_MS = 50
const MOST_SCANS = 200
/** So long a connection that is being made may take to show whose it is, before it is ended unseen. */
const PATIENCE_SCANS = 8
const INSUFFICIENT_PRIVILEGE = '42501'

/**
 * Connections that hold a transaction and do not yet say whose they are. A server process looks up whether its role may
 * sign in, and shows in pg_stat_activity only later; in between it shows here alone. `post_auth_delay`, which every
 * client may set for itself, makes of these milliseconds up to 35 minutes.
 */
const BEING_MADE = `select l.pid from pg_locks l left join pg_stat_activity a on a.pid = l.pid
  where l.locktype = 'virtualxid' and l.pid is not null and (a.pid is null or (a.usesysid is null and a.datid is null))`

/**
 * Ends every session by OID – a session under another name (SET ROLE) or of a role that was dropped has it too – until
 * three scans in a row, 50 ms apart, find none, and none can be on its way. The role must be unable to sign in by then.
 *
 * @throws {BergfriedError} `collect.timeout` they go on coming for 10 s
 */
export async function endSessions(
  client: ActingClient,
  system: string,
  oid: number,
  signal: AbortSignal,
): Promise<void> {
  // Only those that began before sign-in was forbidden can have passed.
  let comers = await beingMade(client)
  for (let empty = 0, scans = 1; ; scans++) {
    signal.throwIfAborted()
    if (comers.length > 0) {
      const still = new Set(await beingMade(client))
      comers = comers.filter((pid) => still.has(pid))
      if (scans > PATIENCE_SCANS) comers = await endUnseen(client, comers)
    }
    const ended = await terminate(client, oid)
    empty = ended === 0 && comers.length === 0 ? empty + 1 : 0
    if (empty === EMPTY_SCANS) return
    if (scans === MOST_SCANS) {
      throw new BergfriedError('collect.timeout', {
        what: `${system}: sessions`,
        seconds: (MOST_SCANS * PAUSE_MS) / 1000,
      })
    }
    await sleep(PAUSE_MS, undefined, { signal })
  }
}

/** Ends the sessions that are there now. @returns how many there were */
export const terminate = async (client: ActingClient, oid: number): Promise<number> =>
  (
    await client.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where usesysid = $1 and pid <> pg_backend_pid()',
      [oid],
    )
  ).length

const beingMade = async (client: ActingClient): Promise<readonly number[]> =>
  (await client.query<{ pid: number }>(BEING_MADE)).map(({ pid }) => pid)

/**
 * Ends connections that do not come forward. The server refuses that for those that have not proven yet who they are
 * (and for superusers): they have the look-up before them, and will not pass.
 *
 * @returns those to go on waiting for
 */
async function endUnseen(client: ActingClient, pids: readonly number[]): Promise<readonly number[]> {
  const left: number[] = []
  for (const pid of pids) {
    try {
      await client.query('select pg_terminate_backend($1)', [pid])
      left.push(pid)
    } catch (error) {
      if ((error as { code?: string }).code !== INSUFFICIENT_PRIVILEGE) throw error
    }
  }
  return left
}
