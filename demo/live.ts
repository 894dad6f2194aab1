import type { Change } from './change.ts'
import { authorizedKey } from './machines/host-accounts.ts'
import { session } from './machines/postgres.ts'

/** A small trouble that comes and goes: on for `minutes`, once in every `every` minutes. */
interface LittleTrouble {
  readonly system: string
  readonly every: number
  readonly minutes: number
  readonly change: Change
}

/** The periods have no common factor, so that no two hours of the demo are alike. */
export const LITTLE_TROUBLES: readonly LittleTrouble[] = [
  {
    system: 'build-1',
    every: 7,
    minutes: 2,
    change: { kind: 'filesystem_usage', where: { target: '/srv' }, set: { usedPercent: 94 } },
  },
  {
    system: 'worker-1',
    every: 11,
    minutes: 3,
    change: {
      kind: 'systemd_unit',
      where: { unit: 'app-worker.service' },
      set: { active: 'failed', sub: 'failed' },
    },
  },
  {
    system: 'tls-downloads',
    every: 17,
    minutes: 3,
    change: { kind: 'tls_endpoint', where: { purpose: 'https' }, set: { plainHttp: 'answers' } },
  },
  {
    system: 'build-1',
    every: 23,
    minutes: 4,
    change: { kind: 'ssh_authorized_key', add: [authorizedKey('development-3', 'a borrowed laptop', 2)] },
  },
  {
    system: 'db-billing',
    every: 29,
    minutes: 3,
    change: {
      kind: 'pg_session',
      add: [{ ...session('billing', 'billing', '10.20.1.21', 1), tls: false, tlsVersion: null }],
    },
  },
  {
    system: 'edge-2',
    every: 37,
    minutes: 3,
    change: { kind: 'firewall_state', where: { tables: 1 }, set: { persistent: false } },
  },
]

/** What is wrong with a system just now, by the clock alone: every start tells the same minute the same way. */
export function liveChanges(system: string, at: Date): readonly Change[] {
  const minute = Math.floor(at.getTime() / 60_000)
  return LITTLE_TROUBLES.filter((t) => t.system === system && minute % t.every < t.minutes).map((t) => t.change)
}
