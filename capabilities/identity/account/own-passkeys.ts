import { BergfriedError } from '../../../kernel/errors.ts'
import type { Doorway } from '../doorway.ts'
import { recordAccount } from '../evidence/record.ts'
import { houseName } from '../organisation/house-name.ts'
import { beginRegistration, checkRegistration, storePasskey } from '../passkey/register-passkey.ts'
import { shownText } from '../person-text.ts'
import { requireFresh } from '../sessions/session-store.ts'
import type { Self } from './caller.ts'
import { holdPerson, keepAWay } from './ways.ts'

const boundTo = ({ session }: Self): string => `session ${session}`

/** @throws {BergfriedError} `identity.sign_in_again`, `identity.passkeys_unavailable`, `identity.too_many_things` */
export async function beginOwnPasskey(door: Doorway, self: Self, address: string) {
  await requireFresh(door.stage, self.session, door.now)
  const [person] = await door.stage.query<{ name: string }>('select name from identity.person where id = $1', [self.id])
  const wanted = { person: self.id, login: self.login, name: person?.name ?? self.login, bound: boundTo(self) }
  return beginRegistration(door, 'passkey-add', wanted, { address, house: await houseName(door.stage) })
}

/** @throws {BergfriedError} `identity.sign_in_again`, `identity.passkey_refused` */
export async function addOwnPasskey(
  door: Doorway,
  self: Self,
  answer: { readonly ceremony: string; readonly credential: object; readonly label: string },
): Promise<string> {
  await requireFresh(door.stage, self.session, door.now)
  const checked = await checkRegistration(door, 'passkey-add', { ...answer, bound: boundTo(self) })
  return door.stage.transaction(async (tx) => {
    await holdPerson(tx, self.id)
    const id = await storePasskey(tx, checked, door.now)
    const about = { account: self.id, login: self.login, by: self.login }
    await recordAccount(tx, door.now, 'method_added', about, { method: 'passkey', passkey: id })
    return id
  })
}

/** @throws {BergfriedError} `http.not_found` where it is nobody's or somebody else's */
export async function renameOwnPasskey({ stage }: Doorway, self: Self, passkey: string, label: string): Promise<void> {
  const rows = await stage.query(
    'update identity.passkey set label = $3 where id = $2 and person_id = $1 returning 1',
    [self.id, passkey, shownText('label', label)],
  )
  if (rows.length === 0) throw new BergfriedError('http.not_found', { what: `passkey ${passkey}` })
}

/** @throws {BergfriedError} `identity.sign_in_again`, `identity.last_way`, `http.not_found` */
export async function removeOwnPasskey(door: Doorway, self: Self, passkey: string): Promise<void> {
  await requireFresh(door.stage, self.session, door.now)
  await door.stage.transaction(async (tx) => {
    await holdPerson(tx, self.id)
    const rows = await tx.query('delete from identity.passkey where id = $2 and person_id = $1 returning 1', [
      self.id,
      passkey,
    ])
    if (rows.length === 0) throw new BergfriedError('http.not_found', { what: `passkey ${passkey}` })
    await keepAWay(tx, self.id, door.signIn.providers)
    const about = { account: self.id, login: self.login, by: self.login }
    await recordAccount(tx, door.now, 'method_removed', about, { method: 'passkey', passkey })
  })
}
