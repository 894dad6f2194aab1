import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { HostCommand } from '../../kernel/collect/transport.ts'
import { type MemoryEntry, memoryTransport } from '../../kernel/testing/memory-transport.ts'
import { hostAptConnector } from './apt.connector.ts'
import { parseAptConf } from './apt-conf.ts'
import { upgradeTimes } from './apt-history.ts'
import { parseSimulation } from './apt-simulation.ts'
import { parseStatusFile } from './dpkg-status.ts'
import { localTransport } from './local-transport.ts'
import { findProgram } from './run-command.ts'
import { collectFacts } from './testing/collect-facts.ts'

const simulation = readFileSync(new URL('../../fixtures/host-system/apt-dist-upgrade.txt', import.meta.url), 'utf8')

const installed = (name: string, version: string, extra = 'Status: install ok installed'): string =>
  `Package: ${name}\n${extra}\nArchitecture: amd64\nDescription: ${name}\n Package: not a field\nVersion: ${version}\n\n`

const release = (fields: string): string =>
  `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n${fields}SHA256:\n abc 1 main\n-----BEGIN PGP SIGNATURE-----\n`

const LISTS = '/var/lib/apt/lists'
const base: Record<string, MemoryEntry> = {
  '/var/lib/dpkg/status': [
    installed('openssl', '3.0.15-1~deb12u1'),
    installed('bash', '5.2.15-2'),
    installed('nginx', '1.22.1-9', 'Status: hold ok installed'),
    installed('docker.io', '20.10.24'),
    installed('libc6', '2.36-9'),
    installed('gone', '1.0', 'Status: deinstall ok config-files'),
    installed('unattended-upgrades', '2.9.1'),
  ].join(''),
  [`${LISTS}/deb.example_debian_dists_bookworm_InRelease`]: {
    content: release('Origin: Debian\nSuite: stable\nDate: Sat, 21 Nov 2026 02:10:46 UTC\n'),
    modifiedAt: new Date('2026-11-21T03:00:00Z'),
  },
  [`${LISTS}/deb.example_debian-security_dists_bookworm-security_InRelease`]: {
    content: release('Label: Debian-Security\nSuite: stable-security\nDate: Sun, 22 Nov 2026 20:00:00 UTC\n'),
    modifiedAt: new Date('2026-11-22T21:00:00Z'),
  },
  '/etc/timezone': 'Europe/Berlin\n',
  '/var/log/apt/history.log':
    'Start-Date: 2026-11-20  05:00:00\nUpgrade: openssl:amd64 (1, 2)\nEnd-Date: 2026-11-20  05:00:10\n\nStart-Date: 2026-11-22  05:00:00\nInstall: jq:amd64 (1)\nEnd-Date: 2026-11-22  05:00:10\n',
  '/etc/apt/apt.conf.d/20auto-upgrades':
    'APT::Periodic::Update-Package-Lists "1";\nAPT::Periodic::Unattended-Upgrade "1";\n',
}

const host = (
  files: Record<string, MemoryEntry> = {},
  commands: Partial<
    Record<HostCommand, (args: readonly string[]) => { stdout: string; exitCode?: number; stderr?: string }>
  > = {},
) => memoryTransport({ files: { ...base, ...files }, commands })

describe('pending updates by apt-get', () => {
  it('takes upgrades with their origin, and what is kept back, but no new packages', async () => {
    const kept =
      'Inst nginx [1.22.1-9] (1.22.1-9+deb12u9 Debian-Security:12/oldstable-security [amd64])\nInst docker.io [20.10.24] (20.10.25 Debian:12/stable [amd64])\n'
    const transport = host({}, { 'apt-get': (args) => ({ stdout: args.includes('dist-upgrade') ? simulation : kept }) })
    const { facts, failures } = await collectFacts(hostAptConnector, transport)
    expect(failures).toEqual({})
    expect(facts.pending_update.map((row) => Object.values(row).join(' '))).toEqual([
      'base-files 12.4+deb12u11 false',
      'libgcrypt20 1.10.1-3 true',
      'libpam-modules-bin 1.5.2-6+deb12u1 false',
      'apt 2.6.1 true',
      'docker.io 20.10.24 false',
      // The second question names no origin for libc6: it counts as security.
      'libc6 2.36-9 true',
      'nginx 1.22.1-9 true',
    ])
    expect(transport.calls.every((call) => call.args[0] === '-s')).toBe(true)
  })

  it('fails when apt-get does, with its own words, and when no list was ever fetched', async () => {
    const broken = host(
      {},
      { 'apt-get': () => ({ stdout: '', exitCode: 100, stderr: 'W: x\nE: Malformed entry 1 in list file\n' }) },
    )
    expect((await collectFacts(hostAptConnector, broken)).failures).toEqual({ pending_update: 'collect.unreadable' })
    const never = memoryTransport({
      files: { '/var/lib/dpkg/status': installed('a', '1') },
      commands: { 'apt-get': { stdout: '' } },
    })
    const { facts, failures } = await collectFacts(hostAptConnector, never)
    expect(failures).toEqual({ pending_update: 'collect.unreadable' })
    expect(facts.apt_state).toEqual([
      { listsAt: null, refreshedAt: null, lastUpgradeAt: null, securityArchive: false, unattendedUpgrades: false },
    ])
  })

  it('fails both kinds on a host without dpkg', async () => {
    const { failures } = await collectFacts(hostAptConnector, memoryTransport())
    expect(failures).toEqual({ pending_update: 'collect.unreadable', apt_state: 'collect.unreadable' })
  })

  it.skipIf(findProgram('apt-get') === null)('reads what the real apt-get says', async () => {
    const { facts, failures } = await collectFacts(hostAptConnector, localTransport())
    if (failures.pending_update !== undefined) return expect(failures.pending_update).toBe('collect.unreadable')
    const known = new Map(
      parseStatusFile(readFileSync('/var/lib/dpkg/status', 'utf8')).map((entry) => [entry.name, entry.version]),
    )
    for (const row of facts.pending_update) expect(known.has(row.package)).toBe(true)
    expect(facts.apt_state).toHaveLength(1)
  })

  it('reads any text without failing', () => {
    const words = fc.constantFrom(
      'Inst ',
      'a',
      ' [1]',
      ' (2',
      ' Debian:12/stable',
      ' [amd64])',
      '\n',
      '  ',
      'The following packages have been kept back:',
      ')',
      '(',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(words).map((list) => list.join('')),
        ),
        (text) => {
          for (const upgrade of parseSimulation(text).upgrades) expect(upgrade.installedVersion).not.toBe('')
        },
      ),
    )
    parseSimulation(`Inst a [${'('.repeat(100_000)}\nInst a [1] (${' '.repeat(4_000)}\n`)
  })
})

describe('pending updates by the lists alone', () => {
  const entry = (name: string, version: string, architecture = 'amd64'): string =>
    `Package: ${name}\nVersion: ${version}\nArchitecture: ${architecture}\n\n`
  const stable = `${LISTS}/deb.example_debian_dists_bookworm_main_binary-amd64_Packages`
  const security = `${LISTS}/deb.example_debian-security_dists_bookworm-security_main_binary-amd64_Packages`

  it('finds what is newer, and that security has it', async () => {
    const { facts, failures } = await collectFacts(
      hostAptConnector,
      host({
        [stable]:
          entry('bash', '5.2.15-2+b13') +
          entry('openssl', '3.0.16-1~deb12u1') +
          entry('nginx', '1.22.1-9') +
          entry('gone', '9') +
          entry('libc6', '9', 'arm64'),
        [security]: entry('openssl', '3.0.15-1~deb12u2'),
        [`${LISTS}/deb.example_debian_dists_bookworm-backports_InRelease`]: release(
          'Suite: stable-backports\nNotAutomatic: yes\n',
        ),
        [`${LISTS}/deb.example_debian_dists_bookworm-backports_main_binary-amd64_Packages`]: entry('nginx', '99'),
      }),
    )
    expect(failures).toEqual({})
    expect(facts.pending_update).toEqual([
      { package: 'bash', installedVersion: '5.2.15-2', security: false },
      { package: 'openssl', installedVersion: '3.0.15-1~deb12u1', security: true },
    ])
  })

  it('fails on compressed lists, because it would see nothing', async () => {
    expect((await collectFacts(hostAptConnector, host({ [`${stable}.lz4`]: '' }))).failures).toEqual({
      pending_update: 'collect.unreadable',
    })
  })
})

describe('state of apt', () => {
  const state = async (files: Record<string, MemoryEntry>) =>
    (await collectFacts(hostAptConnector, host(files))).facts.apt_state[0]

  it('gives the times of the lists, of the last upgrade, and what is set up', async () => {
    expect(await state({})).toEqual({
      listsAt: '2026-11-22T20:00:00.000Z',
      // The folder of the lists in memory has this date.
      refreshedAt: '2026-11-22T21:00:00.000Z',
      lastUpgradeAt: '2026-11-20T04:00:10.000Z',
      securityArchive: true,
      unattendedUpgrades: true,
    })
  })

  it('sees when unattended upgrades are off, in each of the ways', async () => {
    const off: Record<string, MemoryEntry>[] = [
      { '/etc/apt/apt.conf.d/99local': 'APT::Periodic { Unattended-Upgrade "0"; };' },
      { '/etc/apt/apt.conf.d/99local': 'apt { periodic { enable "0"; }; };' },
      { '/etc/systemd/system/apt-daily-upgrade.timer': { link: '/dev/null' } },
      { '/var/lib/dpkg/status': installed('openssl', '1') },
    ]
    for (const files of off) expect(await state(files)).toMatchObject({ unattendedUpgrades: false })
    expect(
      await state({ '/etc/apt/apt.conf.d/99local': '// APT::Periodic::Unattended-Upgrade "0";\n/* x "0"; */ # y' }),
    ).toMatchObject({ unattendedUpgrades: true })
  })

  it('knows the time zone of a log', () => {
    const stanza = 'Start-Date: 2026-07-01  05:00:00\nUpgrade: a (1, 2)\nEnd-Date: 2026-07-01  05:00:10\n'
    expect(upgradeTimes(stanza, 'UTC')).toEqual([Date.parse('2026-07-01T05:00:10Z')])
    expect(upgradeTimes(stanza, 'Europe/Berlin')).toEqual([Date.parse('2026-07-01T03:00:10Z')])
    expect(upgradeTimes(stanza, 'America/New_York')).toEqual([Date.parse('2026-07-01T09:00:10Z')])
    expect(upgradeTimes(stanza.replace('End-Date: 2026', 'End-Date: never'), 'UTC')).toEqual([])
  })

  it('reads any configuration without failing', () => {
    const words = fc.constantFrom('{', '}', ';', '"', 'APT', '::', '//', '/*', '\n', ' ', '\\')
    fc.assert(
      fc.property(
        fc.array(words).map((list) => list.join('')),
        (text) => {
          expect(parseAptConf(text).size).toBeLessThanOrEqual(text.split(';').length)
        },
      ),
    )
  })
})
