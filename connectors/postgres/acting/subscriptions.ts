import type { ActingClient, Connect } from './connect.ts'
import type { FoundRole } from './find-role.ts'
import { becomeMember } from './prepared.ts'
import { quoted } from './statements.ts'

/**
 * Drops subscriptions of a role: their workers run as it, and are started again as often as they are ended. The slot at
 * the other end is left to whoever keeps that server.
 */
export async function dropSubscriptions(
  connect: Connect,
  home: ActingClient,
  role: FoundRole,
  signal: AbortSignal,
): Promise<void> {
  const subscriptions = await home.query<{ name: string; database: string }>(
    `select s.subname as name, b.datname as database from pg_subscription s join pg_database b on b.oid = s.subdbid
     where s.subowner = $1 order by 1`,
    [role.oid],
  )
  for (const { name, database } of subscriptions) {
    await connect(database, signal, async (client) => {
      const subscription = quoted(name)
      await client.query('begin')
      await client.query(becomeMember(client, role))
      await client.query(`alter subscription ${subscription} disable`)
      // With a slot, dropping would have to reach the other server, and could not be undone.
      await client.query(`alter subscription ${subscription} set (slot_name = none)`)
      await client.query(`drop subscription ${subscription}`)
      await client.query(`revoke ${quoted(role.name)} from current_user`)
      await client.query('commit')
    })
  }
}
