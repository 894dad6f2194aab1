import type { Probe } from '../../../kernel/act/actor.ts'
import { type ActingOptions, leave, newClient } from './connect.ts'

/** Signs in as somebody, over the address that people use, and leaves again. */
export type Attempt = (user: string, password: string) => Promise<{ readonly probe: Probe; readonly code: string }>

/** invalid_authorization_specification, which the server says of addresses that pg_hba.conf does not name, too. */
const MAY_NOT_SIGN_IN = '28000'
/** The function of the server that looks up whether a role may sign in (src/backend/utils/init/miscinit.c). */
const LOOKED_UP = 'InitializeSessionUserId'
/** After that look-up: no right to this database, or there is none. The role was let in to the cluster. */
const LET_IN: ReadonlySet<string> = new Set(['42501', '3D000'])

/**
 * Only the server's own look-up of the role counts as refused: a wrong password, a rule of pg_hba.conf, a pooler and a
 * full server refuse too, and say nothing about the role.
 */
export const attempter =
  (options: ActingOptions): Attempt =>
  async (user, password) => {
    const client = await newClient(options, { user, password })
    try {
      await client.connect()
      return { probe: 'let_in', code: '' }
    } catch (error) {
      const { code = '', routine } = error as { code?: string; routine?: string }
      if (LET_IN.has(code)) return { probe: 'let_in', code }
      return { probe: code === MAY_NOT_SIGN_IN && routine === LOOKED_UP ? 'refused' : 'cannot', code }
    } finally {
      await leave(client, () => void client.connection.stream.destroy())
    }
  }
