import { createHash } from 'node:crypto'
import { utf8 } from '../../../engines/sshcert/bytes.ts'
import { parsePublicKey } from '../../../engines/sshcert/public-key.ts'
import { parseMessageSignature, verifyMessage } from '../../../engines/sshcert/sshsig.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import type { AccessDeps } from '../desk.ts'
import { activePerson } from '../people/locks.ts'
import { sshKeysOf } from '../people/ssh-keys.ts'

/** What `ssh-keygen -Y sign` signs a call for; approvals have a name of their own, so that neither passes for the other. */
export const CALL_NAMESPACE = 'call@bergfried'
const HEAD = 'bergfried-call 1'
/** A call is taken so long after it was signed, and before, as far as clocks differ. */
const GOOD_MS = 60_000

export interface Call {
  readonly person: string
  readonly name: string
  readonly body: unknown
}

/**
 * Whoever calls, by the SSH key with which the call was signed. A call is taken once.
 *
 *     bergfried-call 1
 *     origin https://…      of the server: a call for another counts nothing
 *     person anna@…
 *     at 2026-…Z            when it was signed, UTC
 *     nonce …               32 hexadecimal digits
 *     call ask
 *     body {…}              JSON
 *
 * @throws {BergfriedError} `access.signature`, `access.unknown`, `access.locked`
 */
export async function readCall(
  deps: AccessDeps,
  origin: string,
  { text, signature }: { readonly text: string; readonly signature: string },
): Promise<Call> {
  const lines = text.split('\n')
  const [head, ...rest] = lines
  const value = (i: number, name: string): string => {
    const line = rest[i] ?? ''
    if (!line.startsWith(`${name} `)) throw wrong('the call is not spelled as it should be')
    return line.slice(name.length + 1)
  }
  if (head !== HEAD || lines.length !== 8 || rest[6] !== '') throw wrong('the call is not spelled as it should be')
  if (value(0, 'origin') !== origin) throw wrong(`it is for another address than ${origin}`)
  const person = value(1, 'person').toLowerCase()
  const at = Date.parse(value(2, 'at'))
  const now = deps.clock.now()
  if (!(Math.abs(now.getTime() - at) <= GOOD_MS)) throw wrong('the clocks differ by more than a minute')
  if (!/^[0-9a-f]{32}$/.test(value(3, 'nonce'))) throw wrong('the call is not spelled as it should be')
  const pool = deps.database.stage('bf_access')
  const keys = (await sshKeysOf(pool, person)).map(({ line }) => parsePublicKey(line).key)
  try {
    verifyMessage(parseMessageSignature(signature), utf8(text), { namespace: CALL_NAMESPACE, keys })
  } catch {
    throw wrong('it is not by a key that is enrolled for this person')
  }
  await activePerson(deps.database, person)
  await pool.query('delete from access.call where at < $1', [new Date(now.getTime() - 5 * GOOD_MS)])
  const digest = createHash('sha256').update(text).digest()
  const fresh = await pool.query(
    'insert into access.call (digest, at) values ($1, $2) on conflict do nothing returning 1',
    [digest, now],
  )
  if (fresh.length === 0) throw wrong('this call was made before')
  return { person, name: value(4, 'call'), body: bodyOf(value(5, 'body')) }
}

function bodyOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw wrong('its body is no JSON')
  }
}

const wrong = (reason: string): BergfriedError => new BergfriedError('access.signature', { reason })
