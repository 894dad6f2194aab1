import type { FirewallDesk } from '../../kernel/act/firewall-desk.ts'
import type { StagePool } from '../../kernel/db/database.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import type { RouteDeps } from '../../kernel/http/route.ts'

export type FirewallDeps = Pick<RouteDeps, 'database' | 'clock' | 'firewall' | 'live'>

/** @throws {BergfriedError} `firewall.off` */
export function deskOf({ firewall }: Pick<RouteDeps, 'firewall'>): FirewallDesk {
  if (firewall === null) throw new BergfriedError('firewall.off', {})
  return firewall
}

export const poolOf = ({ database }: Pick<RouteDeps, 'database'>): StagePool => database.stage('bf_network')
