import type { KeysDesk } from '../../kernel/act/keys-desk.ts'
import type { StagePool } from '../../kernel/db/database.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import type { RouteDeps } from '../../kernel/http/route.ts'

export type KeysDeps = Pick<RouteDeps, 'database' | 'clock' | 'keys'>

/** @throws {BergfriedError} `keys.off` */
export function deskOf({ keys }: Pick<RouteDeps, 'keys'>): KeysDesk {
  if (keys === null) throw new BergfriedError('keys.off', {})
  return keys
}

export const poolOf = ({ database }: Pick<RouteDeps, 'database'>): StagePool => database.stage('bf_keys')
