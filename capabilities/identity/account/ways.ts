import type { Transaction } from '../../../kernel/db/database.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import type { OidcProvider } from '../../../kernel/http/sign-in.ts'

/** Holds the row of a person, so that two changes of one account come one after the other. */
export async function holdPerson(tx: Transaction, person: string): Promise<void> {
  await tx.query('select from identity.person where id = $1 for update', [person])
}

/**
 * Refuses what would leave a person without a way to sign in; call it after the change, in its transaction. An identity at a
 * provider that is no longer configured is no way.
 *
 * @throws {BergfriedError} `identity.last_way`
 */
export async function keepAWay(tx: Transaction, person: string, providers: readonly OidcProvider[]): Promise<void> {
  const [row] = await tx.query<{ there: boolean }>(
    `select exists (select from identity.passkey where person_id = $1)
       or exists (select from identity.password w join identity.totp t using (person_id) where person_id = $1)
       or exists (select from identity.federated where person_id = $1 and provider = any($2)) as there`,
    [person, providers.map(({ id }) => id)],
  )
  if (row?.there !== true) throw new BergfriedError('identity.last_way')
}
