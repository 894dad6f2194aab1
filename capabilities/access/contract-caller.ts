import type { Database } from '../../kernel/db/database.ts'
import type { AccessDeps } from './desk.ts'
import { hostByToken } from './hosts/host-store.ts'
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
