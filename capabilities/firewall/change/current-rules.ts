import type { NftRules } from '../../../kernel/act/firewall-desk.ts'
import type { Transaction } from '../../../kernel/db/database.ts'
import { BergfriedError } from '../../../kernel/errors.ts'

export interface SeenRules extends NftRules {
  readonly id: number
  readonly boot: string
  readonly seenAt: Date
}

interface Row {
  readonly id: number
  readonly digest: string
  readonly text: string
  readonly json: string
  readonly boot: string
  readonly seen_at: Date
}

/** The rules that a host was seen with last. @throws {BergfriedError} `firewall.unknown_host` */
export async function currentRules(tx: Transaction, host: string): Promise<SeenRules> {
  const [row] = await tx.query<Row>(
    'select id, digest, text, json, boot, seen_at from firewall.rules where host = $1 order by id desc limit 1',
    [host],
  )
  if (row === undefined) throw new BergfriedError('firewall.unknown_host', { host })
  return seen(row)
}

export async function rulesById(tx: Transaction, id: number): Promise<SeenRules | null> {
  const [row] = await tx.query<Row>('select id, digest, text, json, boot, seen_at from firewall.rules where id = $1', [
    id,
  ])
  return row === undefined ? null : seen(row)
}

const seen = ({ json, seen_at, ...row }: Row): SeenRules => ({
  ...row,
  json: JSON.parse(json) as unknown,
  seenAt: seen_at,
})
