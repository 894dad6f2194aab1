import { FACTS, type FactKind } from '../../facts/kinds.ts'
import type { StagePool } from '../../kernel/db/database.ts'
import { columnsOf } from '../../kernel/db/fact-tables.ts'

/**
 * How many rows of a kind a host of the fleet has. One sudo rule, two accounts, a handful of listeners: a small server
 * of a SaaS company. Values are the samples of the kinds, varied by host and row, a seeded share of them bad.
 */
const ROWS: Partial<Record<FactKind, number>> = { host_user: 2, host_password: 2, listener: 2, nft_rule: 2, mount: 2 }

/**
 * Makes `hosts` hosts with facts of every kind that is about hosts, in the database itself: the same seed gives the
 * same fleet. Returns the numbers of the hosts.
 */
export async function makeFleet(owner: StagePool, hosts: number, at: Date): Promise<readonly number[]> {
  const made = await owner.query<{ id: number }>(
    `insert into desk.system (name, kind, added_at)
     select 'host-' || i, 'host', $2::timestamptz from generate_series(1, $1::int) i returning id`,
    [hosts, at],
  )
  const ids = made.map((r) => r.id)
  const kinds = [...FACTS.values()].filter((d) => d.about === 'host')
  for (const definition of kinds) {
    const sample = definition.sample as Readonly<Record<string, unknown>>
    const columns = columnsOf(definition.kind)
    const values = columns.map((c, i) => {
      const own = `($4::jsonb ->> '${c.field}')`
      if (c.type === 'text[]')
        return `(select coalesce(array_agg(x), '{}') from jsonb_array_elements_text($4::jsonb -> '${c.field}') x)`
      // The first text column tells the rows of a host apart.
      if (i === firstText(columns)) return `case when j = 1 then ${own} else ${own} || '-' || j end`
      if (definition.kind === 'sysctl' && c.field === 'value')
        return `case when hashtext(s::text) % 10 = 0 then '1' else ${own} end`
      return `${own}::${c.type}`
    })
    await owner.query(
      `insert into fact.${definition.kind} (system_id, digest, valid_from, ${columns.map((c) => c.column).join(', ')})
       select s, md5(concat('${definition.kind}', s, '-', j))::uuid, $2::timestamptz, ${values.join(', ')}
       from unnest($1::int[]) s, generate_series(1, $3::int) j`,
      [ids, at, ROWS[definition.kind] ?? 1, JSON.stringify(sample)],
    )
  }
  await owner.query(
    `insert into collect.pulse (system_id, kind, last_ok_at, last_try_at)
     select s, k, $3::timestamptz, $3::timestamptz from unnest($1::int[]) s, unnest($2::text[]) k`,
    [ids, kinds.map((k) => k.kind), at],
  )
  return ids
}

const firstText = (columns: readonly { type: string }[]): number => columns.findIndex((c) => c.type === 'text')
