import type { Fact } from '../../facts/kinds.ts'
import { defineConnector } from '../../kernel/collect/connector.ts'
import type { CommandResult, HostTransport } from '../../kernel/collect/transport.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { aptConfiguration } from './apt-conf.ts'
import { lastUpgrade } from './apt-history.ts'
import { type Archive, archives, type Pending, pendingFromLists, unreadable } from './apt-lists.ts'
import { isSecurityOrigin, parseSimulation } from './apt-simulation.ts'
import { clip } from './clip.ts'
import { type InstalledPackage, installedPackages } from './dpkg-status.ts'

/** Simulates without locking anything and without a note for people; nothing is fetched and nothing is changed. */
const SIMULATE = ['-s', '-o', 'Debug::NoLocking=true', '-o', 'APT::Get::Show-User-Simulation-Note=0']
const BOUNDS = { seconds: 180, limit: 32 * 1024 * 1024 }

/**
 * Updates that wait, and how the host comes by updates. On a host without apt both kinds fail: it must be looked at in
 * another way, and no rows would say that nothing waits.
 */
export const hostAptConnector = defineConnector({
  id: 'host.apt',
  system: 'host',
  produces: ['pending_update', 'apt_state'],
  every: 'PT1H',
  slow: true,
  needs: { de: 'keine besonderen Rechte', en: 'no special rights' },
  async collect({ transport }, { emit, fail }) {
    const installed = await installedPackages(transport)
    if (installed === null)
      throw new BergfriedError('collect.unreadable', { what: '/var/lib/dpkg/status', reason: 'this host has no apt' })
    const known = await archives(transport)
    await emit('apt_state', await aptState(transport, installed, known))
    try {
      // Without lists apt-get, too, says that there is nothing to do.
      if (known.length === 0) throw unreadable('no package list was ever fetched')
      for (const { name, installedVersion, isSecurity } of await pendingUpdates(transport, installed, known)) {
        await emit('pending_update', {
          package: clip(name, 512),
          installedVersion: clip(installedVersion, 512),
          security: isSecurity,
        })
      }
    } catch (error) {
      fail('pending_update', error)
    }
  },
})

async function pendingUpdates(
  transport: HostTransport,
  installed: readonly InstalledPackage[],
  known: readonly Archive[],
): Promise<readonly Pending[]> {
  const simulated = await transport.run('apt-get', [...SIMULATE, 'dist-upgrade'], BOUNDS)
  if (simulated === null) return await pendingFromLists(transport, installed, known)
  refuse(simulated)
  const { upgrades, keptBack } = parseSimulation(simulated.stdout)
  const chosen = upgrades.map(({ name, installedVersion, origin }) => ({
    name,
    installedVersion,
    isSecurity: isSecurityOrigin(origin),
  }))
  return [...chosen, ...(await keptBackUpdates(transport, installed, keptBack))]
}

/** Packages on hold or held by others: asked for by name, apt tells where their new version would come from. */
async function keptBackUpdates(
  transport: HostTransport,
  installed: readonly InstalledPackage[],
  names: readonly string[],
): Promise<readonly Pending[]> {
  if (names.length === 0) return []
  const asked = await transport.run(
    'apt-get',
    [...SIMULATE, '--ignore-hold', '--only-upgrade', 'install', '--', ...names],
    BOUNDS,
  )
  const origins = new Map(
    asked?.exitCode === 0
      ? parseSimulation(asked.stdout).upgrades.map((upgrade) => [upgrade.name, upgrade.origin])
      : [],
  )
  return names.flatMap((name) => {
    const version = installed.find((entry) => entry.name === name)?.version
    if (version === undefined) return []
    const origin = origins.get(name)
    // Where apt does not tell, it counts as a security update: it must not be overlooked.
    return [{ name, installedVersion: version, isSecurity: origin === undefined || isSecurityOrigin(origin) }]
  })
}

function refuse({ exitCode, stderr }: CommandResult): void {
  if (exitCode === 0) return
  const reason =
    stderr
      .split('\n')
      .find((line) => line.startsWith('E: '))
      ?.slice(3, 203) ?? `it ended with ${exitCode}`
  throw new BergfriedError('collect.unreadable', { what: 'apt-get -s dist-upgrade', reason })
}

async function aptState(
  transport: HostTransport,
  installed: readonly InstalledPackage[],
  known: readonly Archive[],
): Promise<Fact<'apt_state'>> {
  return {
    listsAt: newest(known.map((archive) => archive.date)),
    refreshedAt: newest([...(await refreshTimes(transport)), ...known.map((archive) => archive.modifiedAt)]),
    lastUpgradeAt: newest([await lastUpgrade(transport)]),
    securityArchive: known.some((archive) => archive.isSecurity),
    unattendedUpgrades: await isUnattended(transport, installed),
  }
}

/** apt keeps the server's date on its lists, so the folder and the mark of the periodic run tell when it last asked. */
async function refreshTimes(transport: HostTransport): Promise<readonly (number | null)[]> {
  const marks = ['/var/lib/apt/periodic/update-success-stamp', '/var/lib/apt/lists']
  return await Promise.all(marks.map(async (mark) => (await transport.stat(mark))?.modifiedAt.getTime() ?? null))
}

/** The configuration asks for it, the package is there, and its timer is not masked. */
async function isUnattended(transport: HostTransport, installed: readonly InstalledPackage[]): Promise<boolean> {
  if (!installed.some((entry) => entry.name === 'unattended-upgrades')) return false
  const values = await aptConfiguration(transport)
  const isOn = (value: string | undefined): boolean => value !== undefined && !/^(0|false|no|off|)$/i.test(value)
  if (!isOn(values.get('apt::periodic::unattended-upgrade')) || values.get('apt::periodic::enable') === '0')
    return false
  const masks = ['apt-daily-upgrade.timer', 'apt-daily-upgrade.service'].map((unit) =>
    transport.readLink(`/etc/systemd/system/${unit}`),
  )
  return !(await Promise.all(masks)).includes('/dev/null')
}

function newest(times: readonly (number | null)[]): string | null {
  const known = times.filter((time) => time !== null)
  const last = known.length === 0 ? Number.NaN : Math.max(...known)
  return Number.isNaN(last) || Math.abs(last) > 8.64e15 ? null : new Date(last).toISOString()
}
