import { BergfriedError } from '../../../kernel/errors.ts'
import type { Doorway } from '../doorway.ts'
import { recordAccount } from '../evidence/record.ts'
import { shownText } from '../person-text.ts'
import { requireFresh } from '../sessions/session-store.ts'
import type { Self } from './caller.ts'
import { endOthers } from './own-password.ts'
import { holdPerson, keepAWay } from './ways.ts'

/** Changes name and language. The login stays: evidence and decisions call the person by it. */
export async function setProfile(
  { stage, now }: Doorway,
  { id, login }: Self,
  profile: { readonly name: string; readonly language: string },
): Promise<void> {
  const name = shownText('name', profile.name)
  await stage.transaction(async (tx) => {
    const [before] = await tx.query<{ name: string }>('select name from identity.person where id = $1 for update', [id])
    await tx.query('update identity.person set name = $2, language = $3 where id = $1', [id, name, profile.language])
    if (before?.name !== name) await recordAccount(tx, now, 'profile', { account: id, login, by: login })
  })
}

/** Ends one of the own sessions. @throws {BergfriedError} `http.not_found` where it is nobody's or somebody else's */
export async function endOwnSession({ stage }: Doorway, { id }: Self, session: string): Promise<void> {
  const rows = await stage.query('delete from identity.session where id = $2 and person_id = $1 returning 1', [
    id,
    session,
  ])
  if (rows.length === 0) throw new BergfriedError('http.not_found', { what: `session ${session}` })
}

/** Ends all of the own sessions but this one. */
export const endOtherSessions = ({ stage }: Doorway, self: Self): Promise<void> => endOthers(stage, self)

/** Takes the connection with a provider away. @throws {BergfriedError} `identity.last_way`, `http.not_found` */
export async function unlink(door: Doorway, self: Self, link: string): Promise<void> {
  await requireFresh(door.stage, self.session, door.now)
  await door.stage.transaction(async (tx) => {
    await holdPerson(tx, self.id)
    const [gone] = await tx.query<{ provider: string }>(
      'delete from identity.federated where id = $2 and person_id = $1 returning provider',
      [self.id, link],
    )
    if (gone === undefined) throw new BergfriedError('http.not_found', { what: `link ${link}` })
    await keepAWay(tx, self.id, door.signIn.providers)
    const about = { account: self.id, login: self.login, by: self.login }
    await recordAccount(tx, door.now, 'method_removed', about, { method: 'provider', provider: gone.provider })
  })
}
