import type { Fact } from '../../facts/kinds.ts'
import type { DemoHost } from '../company.ts'
import { dayNumber, dayStart, type FactsOf, instantOf } from '../facts-of.ts'
import { noiseBetween } from '../noise.ts'
import { hostAccounts } from './host-accounts.ts'
import { hostFiles } from './host-files.ts'
import { hostNetwork } from './host-network.ts'
import { hostSettings } from './host-settings.ts'

const RELEASES = {
  '12': { codename: 'bookworm', kernel: '6.1.0-40-amd64' },
  '13': { codename: 'trixie', kernel: '6.12.48-amd64' },
} as const

const UNITS: Readonly<Record<DemoHost['role'], readonly string[]>> = {
  bastion: [],
  edge: ['nginx.service'],
  app: ['app.service'],
  worker: ['app-worker.service'],
  database: ['postgresql.service'],
  build: ['build-agent.service'],
  backup: ['backup.timer', 'backup.service'],
  monitor: ['metrics.service', 'postfix.service'],
  legacy: ['invoices.service'],
}

/** How full the disks are on average, in per cent. */
const DISKS: readonly (readonly [target: string, used: number])[] = [
  ['/', 38],
  ['/boot', 22],
  ['/home', 31],
  ['/srv', 52],
]

/** Facts of a host in which all is well. */
export function goodHost(host: DemoHost, at: Date): FactsOf {
  const { codename, kernel } = RELEASES[host.release]
  // Figures move every ten minutes.
  const moment = Math.floor(at.getTime() / 600_000)
  const today = dayStart(at, at.getUTCHours() < 5 ? -1 : 0)
  return {
    ...hostAccounts(host, at),
    ...hostFiles(host),
    ...hostSettings(host.release),
    ...hostNetwork(host),
    host_os: [
      {
        distribution: 'debian',
        version: host.release,
        codename,
        prettyName: `Debian GNU/Linux ${host.release} (${codename})`,
        kernelRunning: kernel,
        kernelInstalled: kernel,
        rebootRequired: false,
        bootedAt: bootedAt(host.name, at),
        architecture: 'x86_64',
      },
    ],
    host_init: [{ init: 'systemd' }],
    systemd_unit: ['ssh.service', 'nftables.service', 'cron.service', ...UNITS[host.role]].map(unit),
    time_sync: [{ daemon: 'systemd-timesyncd', synchronised: true }],
    kernel_module: ['dm_crypt', 'ext4', 'nf_tables'].map((module) => ({ module })),
    host_load: [
      {
        loadPerCpu: noiseBetween(1, 9, 'load', host.name, moment) / 10,
        memoryUsedPercent: noiseBetween(35, 60, 'memory', host.name, moment),
        swapUsedPercent: 0,
      },
    ],
    filesystem_usage: DISKS.map(([target, used]) => ({
      target,
      // Each disk on a day of the week of its own.
      usedPercent:
        used + noiseBetween(0, 8, host.name, target, Math.floor((dayNumber(at) + noiseBetween(0, 6, host.name)) / 7)),
      inodesUsedPercent: noiseBetween(3, 12, 'inodes', host.name, target),
    })),
    apt_state: [
      {
        listsAt: instantOf(today, 2, 30),
        refreshedAt: instantOf(today, 4, 10),
        lastUpgradeAt: instantOf(dayStart(today, -(dayNumber(today) % 7)), 4, 25),
        securityArchive: true,
        unattendedUpgrades: true,
      },
    ],
    pending_update: [],
    stale_process: [],
  }
}

const unit = (name: string): Fact<'systemd_unit'> => ({
  unit: name,
  active: 'active',
  sub: name.endsWith('.timer') ? 'waiting' : 'running',
  enabled: 'enabled',
})

/** Hosts start anew once a month, in the night of a day of their own. */
function bootedAt(name: string, at: Date): string {
  const days = (dayNumber(at) + noiseBetween(0, 29, 'boot', name)) % 30
  return instantOf(dayStart(at, -days - 1), 1, 15)
}
