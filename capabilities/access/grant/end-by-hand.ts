import { BergfriedError } from '../../../kernel/errors.ts'
import { type AccessDeps, deskOf, moved } from '../desk.ts'
import { endGrants } from './end-grant.ts'

/**
 * Ends one grant before its time: its own person may, and whoever may approve.
 *
 * @param by - login of who does it
 * @param own - true: only where it is that person's own
 * @returns number of the revocation case
 * @throws {BergfriedError} `http.not_found`, `access.decided` it has ended
 */
export async function endGrantByHand(deps: AccessDeps, grant: string, by: string, own: boolean): Promise<string> {
  const desk = deskOf(deps)
  const at = deps.clock.now()
  const opened = await deps.database.stage('bf_access').transaction(async (tx) => {
    const [row] = await tx.query<{ person: string }>('select person from access."grant" where id = $1 for update', [
      grant,
    ])
    if (row === undefined || (own && row.person !== by)) {
      throw new BergfriedError('http.not_found', { what: `grant ${grant}` })
    }
    return endGrants(tx, at, row.person, [grant], { reason: 'early', by, withinSeconds: desk.serviceLevelSeconds })
  })
  if (opened === null) throw new BergfriedError('access.decided', {})
  moved(deps)
  return opened.case
}
