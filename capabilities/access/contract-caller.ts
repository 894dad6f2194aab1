import { utf8 } from '../../engines/sshcert/bytes.ts'
import { parsePublicKey } from '../../engines/sshcert/public-key.ts'
import { parseMessageSignature, verifyMessage } from '../../engines/sshcert/sshsig.ts'
import type { Database } from '../../kernel/db/database.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import type { AccessDeps } from './desk.ts'
import { hostByToken } from './hosts/host-store.ts'
import { sshKeysOf } from './people/ssh-keys.ts'
import { type Call, readCall } from './signed/read-call.ts'

export type SignedCaller = Call

/** Whoever made a call of the command line, by the SSH key that signed it. @throws {BergfriedError} `access.signature`, `access.locked` */
export const signedCaller = (
  deps: AccessDeps,
  origin: string,
  call: { readonly text: string; readonly signature: string },
): Promise<SignedCaller> => readCall(deps, origin, call)

/** The enrolled host that carries this token; null: none does. */
export const hostOfToken = (database: Database, header: string | undefined): Promise<string | null> =>
  hostByToken(database.stage('bf_access'), header)

/** What people sign with `ssh-keygen -Y sign` when they decide, as the keeper has it. */
const APPROVAL_NAMESPACE = 'approval@bergfried'

/** @throws {BergfriedError} `access.signature` it is not by an SSH key that is enrolled for this person */
export async function verifyOwnSignature(database: Database, person: string, text: string, ssh: string): Promise<void> {
  const keys = (await sshKeysOf(database.stage('bf_access'), person)).map(({ line }) => parsePublicKey(line).key)
  try {
    verifyMessage(parseMessageSignature(ssh), utf8(text), { namespace: APPROVAL_NAMESPACE, keys })
  } catch {
    throw new BergfriedError('access.signature', { reason: 'it is not by a key that is enrolled for this person' })
  }
}
