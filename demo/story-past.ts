import type { Incident } from './incident.ts'
import { authorizedKey, password, user } from './machines/host-accounts.ts'
import { listener, opening } from './machines/host-network.ts'
import { hbaRule, session } from './machines/postgres.ts'
import { on, type When } from './when.ts'

const between = (system: string, from: When, to: When, ...changes: Incident['changes']): Incident => ({
  system,
  from,
  to,
  changes,
})

const fails = (unit: string) => ({
  kind: 'systemd_unit' as const,
  where: { unit },
  set: { active: 'failed', sub: 'failed' },
})

const security = (name: string, installedVersion: string) => ({ package: name, installedVersion, security: true })

/** What went wrong in the past and was mended, oldest first. */
export const PAST_INCIDENTS: readonly Incident[] = [
  // Found when measuring began.
  between('legacy-1', on(-90), on(-78), {
    kind: 'sshd_setting',
    where: { keyword: 'permitrootlogin' },
    set: { value: 'prohibit-password' },
  }),
  between('db-analytics', on(-90), on(-84), { kind: 'pg_hba_rule', add: [hbaRule(4, 'host', ['reporting'], 'trust')] }),
  between('build-1', on(-90), on(-71), {
    kind: 'host_sudo_rule',
    add: [
      {
        file: '/etc/sudoers.d/build',
        line: 1,
        subjectKind: 'user',
        subject: 'platform-1',
        hosts: ['ALL'],
        runAs: ['ALL'],
        commands: ['ALL'],
        noPassword: true,
        tags: [],
      },
    ],
  }),
  between(
    'app-2',
    on(-74),
    on(-69),
    { kind: 'host_user', add: [user('deploy', 1900, 1900, '/home/deploy', '/bin/bash', false)] },
    { kind: 'host_password', add: [password('deploy', 'disabled', null, '2026-01-12', 99_999)] },
  ),
  // A build needs to run programs in /tmp: accepted for a while, mended a little late.
  between('build-1', on(-68), on(-21), {
    kind: 'mount',
    where: { target: '/tmp' },
    set: { options: ['rw', 'nosuid', 'nodev', 'relatime'] },
  }),
  between('data-1', on(-66, '09:20'), on(-66, '16:40'), {
    kind: 'filesystem_usage',
    where: { target: '/srv' },
    set: { usedPercent: 93 },
  }),
  between(
    'app-1',
    on(-63),
    on(-61),
    { kind: 'listener', add: [listener('0.0.0.0', 6379, 'redis-server', 'redis')] },
    { kind: 'nft_rule', add: [opening(20, 6379, null, 'cache')] },
  ),
  between('worker-1', on(-60), on(-37), { kind: 'kernel_module', add: [{ module: 'sctp' }] }),
  between('tls-downloads', on(-59), on(-58), {
    kind: 'tls_endpoint',
    where: { purpose: 'https' },
    set: { trusted: false, trustError: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' },
  }),
  between('edge-1', on(-57), on(-55), { kind: 'firewall_state', where: { tables: 1 }, set: { persistent: false } }),
  between('worker-1', on(-56), on(-52), { kind: 'pending_update', add: [security('openssl', '3.0.16-1~deb12u1')] }),
  between('backup-1', on(-54), on(-53), fails('backup.service')),
  between('app-2', on(-50), on(-39), {
    kind: 'pending_update',
    add: [security('libssl3', '3.0.16-1~deb12u1'), security('openssl', '3.0.16-1~deb12u1')],
  }),
  between('db-billing', on(-48), on(-44), { kind: 'pg_role', where: { role: 'finance-1' }, set: { password: 'md5' } }),
  between('bastion', on(-46), on(-45), {
    kind: 'ssh_authorized_key',
    add: [authorizedKey('development-2', 'an unknown laptop', 2)],
  }),
  between('tls-status', on(-38), on(-36), {
    kind: 'tls_endpoint',
    where: { purpose: 'https' },
    set: { hstsSeconds: null },
  }),
  between('data-2', on(-35), on(-34), { kind: 'mount', where: { type: 'swap' }, set: { encrypted: false } }),
  between('backup-1', on(-33), on(-32), fails('backup.service')),
  between('edge-2', on(-30), on(-29), { kind: 'key_file', where: { purpose: 'tls' }, set: { mode: '0644' } }),
  between('worker-2', on(-25), on(-24), {
    kind: 'sshd_setting',
    where: { keyword: 'passwordauthentication' },
    set: { value: 'yes' },
  }),
  between('db-identity', on(-22), on(-20), {
    kind: 'pg_setting_value',
    where: { setting: 'max_connections' },
    set: { value: '300', pendingRestart: true },
  }),
  between('app-3', on(-19), on(-17), {
    kind: 'sysctl',
    where: { name: 'net.ipv4.conf.all.rp_filter' },
    set: { value: '0' },
  }),
  between('monitor-1', on(-16), on(-14), {
    kind: 'host_os',
    where: { version: '13' },
    set: { rebootRequired: true, kernelInstalled: '6.12.57-amd64' },
  }),
  between('backup-1', on(-12), on(-11), fails('backup.service')),
  between('data-1', on(-9, '10:10'), on(-9, '13:30'), {
    kind: 'host_load',
    where: { swapUsedPercent: 0 },
    set: { memoryUsedPercent: 97, swapUsedPercent: 84 },
  }),
  between('db-customers', on(-7), on(-6), {
    kind: 'pg_session',
    add: [{ ...session('app', 'customers', '10.20.1.13', 2), tls: false, tlsVersion: null }],
  }),
  between('bastion', on(-5, '08:15'), on(-5, '11:00'), {
    kind: 'nft_rule',
    add: [{ ...opening(21, 0, null, 'for a test'), matches: [], ports: [] }],
  }),
]
