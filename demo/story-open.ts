import type { Incident } from './incident.ts'
import { listener } from './machines/host-network.ts'
import { role } from './machines/postgres.ts'
import { on, type When } from './when.ts'

const since = (system: string, from: When, ...changes: Incident['changes']): Incident => ({
  system,
  from,
  to: null,
  changes,
})

/**
 * What is wrong today, oldest first. Two more things follow from the calendar alone: the certificate of tls-app ends
 * soon (see world.ts), and somebody who left still has a role (see register.ts).
 */
export const OPEN_INCIDENTS: readonly Incident[] = [
  // A debugging port that nobody can reach from elsewhere: fine, and visible as such.
  since('legacy-1', on(-90), { kind: 'listener', add: [listener('127.0.0.1', 5005, 'java', 'java')] }),
  since('db-analytics', on(-11), {
    kind: 'pg_role',
    add: [{ ...role('development-4', 16_500), superuser: true }],
  }),
  since('app-3', on(-9), {
    kind: 'pending_update',
    add: [
      { package: 'libssl3', installedVersion: '3.0.17-1~deb12u2', security: true },
      { package: 'openssl', installedVersion: '3.0.17-1~deb12u2', security: true },
    ],
  }),
  since('worker-1', on(-3), {
    kind: 'pending_update',
    add: [
      { package: 'sudo', installedVersion: '1.9.13p3-1+deb12u2', security: true },
      { package: 'tzdata', installedVersion: '2025b-0+deb12u1', security: false },
    ],
  }),
  since('worker-2', on(-1), {
    kind: 'systemd_unit',
    fails: { code: 'collect.unreadable', detail: { what: 'systemctl', reason: 'Connection timed out' } },
  }),
]
