import type { ActingClient, Connect } from './connect.ts'
import type { FoundRole } from './find-role.ts'
import { GROUPS } from './names.ts'
import { quoted } from './statements.ts'

/**
 * Rolls back what was prepared for a commit in two phases: it holds its locks though nobody is connected, and anybody
 * of the same role could commit it later. What was prepared after `SET ROLE` belongs to the group and says of nobody
 * whose it is; groups of ours have no business with such transactions, so theirs go too.
 */
export async function rollBackPrepared(
  connect: Connect,
  home: ActingClient,
  role: FoundRole,
  signal: AbortSignal,
): Promise<void> {
  const prepared = await home.query<{ gid: string; owner: string; database: string }>(
    'select gid, owner, database from pg_prepared_xacts where owner = any($1) order by gid',
    [[role.name, ...GROUPS.values()]],
  )
  for (const { gid, owner, database } of prepared) {
    await connect(database, signal, (client) =>
      asMember(client, owner, role, async () => {
        const [row] = await client.query<{ sql: string }>("select format('rollback prepared %L', $1::text) as sql", [
          gid,
        ])
        // Cannot be part of a transaction: whoever is killed here leaves a membership, which the next attempt takes.
        await client.query(`set role ${quoted(owner)}`)
        try {
          if (row !== undefined) await client.query(row.sql)
        } finally {
          await client.query('reset role')
        }
      }),
    )
  }
}

/** Becomes a member of the leaver's role for as long as something takes; of the groups the acting account is one. */
async function asMember(
  client: ActingClient,
  owner: string,
  role: FoundRole,
  work: () => Promise<void>,
): Promise<void> {
  if (owner !== role.name) return work()
  await client.query(becomeMember(client, role))
  try {
    await work()
  } finally {
    await client.query(`revoke ${quoted(role.name)} from current_user`)
  }
}

/** To touch what is somebody's takes being that somebody. */
export const becomeMember = (client: ActingClient, role: FoundRole): string =>
  `grant ${quoted(role.name)} to current_user${client.version < 160_000 ? '' : ' with inherit true, set true'}`
