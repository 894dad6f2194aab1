import { createHash, randomUUID } from 'node:crypto'
import { fingerprint } from '../../../engines/sshcert/fingerprint.ts'
import { parsePublicKey } from '../../../engines/sshcert/public-key.ts'
import type { ApproverKey, SignedApproval } from '../../../kernel/act/access-desk.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import type { RouteDeps } from '../../../kernel/http/route.ts'
import { passkeysOf } from '../../identity/contract-people.ts'
import { type AccessDeps, deskOf } from '../desk.ts'
import { recordAccess } from '../evidence/record.ts'
import { sshKeysOf } from './ssh-keys.ts'

type Deps = AccessDeps & Pick<RouteDeps, 'signIn'>

/**
 * Has one of somebody's own keys approve from now on. The very first in a house is taken by the keeper as it is; every other
 * waits until somebody who approves has signed it.
 *
 * @returns whether it waits
 * @throws {BergfriedError} `http.not_found` it is not their key
 */
export async function becomeApprover(
  deps: Deps,
  person: string,
  wish: { readonly passkey: string | null; readonly ssh: string | null },
): Promise<boolean> {
  const key = await ownKey(deps, person, wish)
  return enrolKey(deps, key)
}

async function ownKey(
  deps: Deps,
  person: string,
  wish: { passkey: string | null; ssh: string | null },
): Promise<ApproverKey> {
  if (wish.ssh !== null) {
    const known = await sshKeysOf(deps.database.stage('bf_access'), person)
    const key = known.find((k) => k.fingerprint === wish.ssh)
    if (key !== undefined) return { person, kind: 'ssh', key: key.line, rpId: null, origin: null }
  }
  const passkey = (await passkeysOf(deps.database, person)).find((k) => k.credentialId === wish.passkey)
  if (passkey === undefined) throw new BergfriedError('http.not_found', { what: 'key' })
  const { hostname, origin } = new URL(deps.signIn.url)
  return { person, kind: 'passkey', key: passkey.jwk, rpId: hostname, origin }
}

async function enrolKey(deps: AccessDeps, key: ApproverKey): Promise<boolean> {
  const desk = deskOf(deps)
  const at = deps.clock.now()
  try {
    await desk.keeper.enrol(key, [])
    await deps.database
      .stage('bf_access')
      .transaction((tx) => recordAccess(tx, at, 'approver', { person: key.person, by: key.person }, { kind: key.kind }))
    return false
  } catch (error) {
    if (!(error instanceof BergfriedError) || error.detail['kind'] !== 'enrolment') throw error
    await deps.database.stage('bf_access').query(
      `insert into access.enrolment (id, person, kind, key, rp_id, origin, text, created_at)
       select $1, $2, $3, $4, $5, $6, $7, $8
       where not exists (select from access.enrolment where person = $2 and key = $4 and done_at is null)`,
      [randomUUID(), key.person, key.kind, key.key, key.rpId, key.origin, textOf(key), at],
    )
    return true
  }
}

/** The text that is signed, spelled as the keeper spells it (keeper/access/approver.ts). */
function textOf({ person, kind, key, rpId, origin }: ApproverKey): string {
  const name =
    kind === 'ssh'
      ? fingerprint(parsePublicKey(key).key)
      : `passkey:${createHash('sha256').update(key).digest('base64url')}`
  return `bergfried-approver 1\nperson ${person}\nkind ${kind}\nkey ${name}\nrp ${rpId ?? '-'}\norigin ${origin ?? '-'}\n`
}

/** Signs for a key that waits. @throws {BergfriedError} `http.not_found`, `keeper.refused` */
export async function signEnrolment(deps: AccessDeps, id: string, approval: SignedApproval): Promise<void> {
  const desk = deskOf(deps)
  const at = deps.clock.now()
  await deps.database.stage('bf_access').transaction(async (tx) => {
    const [row] = await tx.query<{
      person: string
      kind: 'ssh' | 'passkey'
      key: string
      rp_id: string | null
      origin: string | null
    }>('select person, kind, key, rp_id, origin from access.enrolment where id = $1 and done_at is null for update', [
      id,
    ])
    if (row === undefined) throw new BergfriedError('http.not_found', { what: `enrolment ${id}` })
    const { rp_id: rpId, ...rest } = row
    await desk.keeper.enrol({ ...rest, rpId }, [approval])
    await tx.query('update access.enrolment set done_at = $2 where id = $1', [id, at])
    await recordAccess(tx, at, 'approver', { person: row.person, by: approval.person }, { kind: row.kind })
  })
}
