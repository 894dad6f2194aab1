import { createPublicKey, verify } from 'node:crypto'
import { BergfriedError } from '../../../kernel/errors.ts'
import { type EnrolHolder, holderText } from '../contract.ts'
import { deskOf, type KeysDeps, poolOf } from '../desk.ts'
import { recordKey } from '../evidence/record.ts'

/** What one person may do with a key by themselves. @throws {BergfriedError} `keeper.refused`, `keys.off` */
export async function changeKey(
  deps: KeysDeps,
  by: string,
  name: string,
  how: 'created' | 'rotated' | 'disabled',
): Promise<{ readonly version: number | null }> {
  const { keeper, moved } = deskOf(deps)
  const version = how === 'rotated' ? (await keeper.rotate(name)).version : null
  if (how === 'created') await keeper.create(name)
  if (how === 'disabled') await keeper.disable(name)
  const at = deps.clock.now()
  await poolOf(deps).transaction((tx) => recordKey(tx, at, how, by, { key: name, version }))
  moved()
  return { version }
}

/** Ends a grant at once: the keeper refuses the next use. @throws {BergfriedError} `http.not_found`, `keeper.unreachable` */
export async function revokeGrant(
  deps: KeysDeps,
  by: string,
  id: string,
  reason: 'revoked' | 'left' = 'revoked',
): Promise<void> {
  const { keeper, moved } = deskOf(deps)
  const at = deps.clock.now()
  const { known } = await keeper.revoke(id)
  await poolOf(deps).transaction(async (tx) => {
    const [row] = await tx.query<{ key: string; holder: string }>(
      `update keys.key_order set ended_at = least($2, until), end_reason = $3, ended_there = $4
       where id = $1 and kind = 'grant' and from_at is not null and ended_at is null returning key, holder`,
      [id, at, reason, known],
    )
    if (row === undefined) throw new BergfriedError('http.not_found', { what: `grant ${id}` })
    await recordKey(tx, at, 'ended', by, { order: id, key: row.key, holder: row.holder, reason })
  })
  moved()
}

/** Takes a holder's key in, once it proved to have it. @throws {BergfriedError} `keys.proof` */
export async function enrolHolder(deps: KeysDeps, by: string, wish: EnrolHolder): Promise<void> {
  deskOf(deps)
  if (!proves(wish)) throw new BergfriedError('keys.proof', { name: wish.name })
  const { name, owner, publicKey } = wish
  const at = deps.clock.now()
  await poolOf(deps).transaction(async (tx) => {
    await tx.query(
      `insert into keys.holder (name, public_key, owner, enrolled_by, enrolled_at) values ($1, $2, $3, $4, $5)
       on conflict (name) do update set public_key = $2, owner = $3, enrolled_by = $4, enrolled_at = $5`,
      [name, publicKey, owner.toLowerCase(), by, at],
    )
    await recordKey(tx, at, 'holder', by, { holder: name })
  })
}

function proves({ proof, ...wish }: EnrolHolder): boolean {
  try {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: wish.publicKey }, format: 'jwk' })
    return verify(null, Buffer.from(holderText(wish)), key, Buffer.from(proof, 'base64url'))
  } catch {
    return false
  }
}
