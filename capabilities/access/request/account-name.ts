import { createHash } from 'node:crypto'
import type { Transaction } from '../../../kernel/db/database.ts'

/**
 * The name of a person's accounts on systems: from the login, and with a few letters more where two would be called the same. Once given it
 * stays that person's.
 */
export async function accountName(tx: Transaction, person: string): Promise<string> {
  const plain = (person.split('@')[0] ?? '')
    .toLowerCase()
    .replace(/[^a-z0-9_]/g, '_')
    .replace(/^[^a-z_]/, '_')
    .slice(0, 16)
  const more = createHash('sha256').update(person).digest('hex')
  for (const name of [plain, `${plain}_${more.slice(0, 6)}`]) {
    await tx.query('insert into access.account_name (person, name) values ($1, $2) on conflict do nothing', [
      person,
      name,
    ])
    const [known] = await tx.query<{ name: string }>('select name from access.account_name where person = $1', [person])
    if (known !== undefined) return known.name
  }
  throw new Error('two people whose names of accounts collide')
}
