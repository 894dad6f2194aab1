import { defineConnector } from '../../kernel/collect/connector.ts'
import type { HostTransport } from '../../kernel/collect/transport.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { clip } from './clip.ts'
import { compareDebianVersions } from './debian-version.ts'
import { installedPackages } from './dpkg-status.ts'
import { isNewerKernel, newestOfFlavour } from './installed-kernel.ts'
import { parseOsRelease } from './os-release.ts'
import { required, unlessDenied } from './source.ts'

/** Distribution, kernel and init system, from files alone. */
export const hostOsConnector = defineConnector({
  id: 'host.os',
  system: 'host',
  produces: ['host_os', 'host_init'],
  every: 'PT5M',
  needs: { de: 'keine besonderen Rechte', en: 'no special rights' },
  async collect({ transport }, { emit }) {
    const release = await osRelease(transport)
    const kernelRunning = (await required(transport, '/proc/sys/kernel/osrelease')).trim()
    const kernelInstalled = newestOfFlavour(kernelRunning, await installedKernels(transport))
    await emit('host_os', {
      distribution: clip(release.get('ID') || 'linux', 512),
      version: clip(release.get('VERSION_ID') ?? release.get('BUILD_ID') ?? '', 512),
      codename: clip(release.get('VERSION_CODENAME') ?? '', 512) || null,
      prettyName: clip(release.get('PRETTY_NAME') || release.get('NAME') || 'Linux', 4096),
      kernelRunning: clip(kernelRunning, 512),
      kernelInstalled: kernelInstalled === null ? null : clip(kernelInstalled, 512),
      rebootRequired: await isRebootRequired(transport, kernelRunning, kernelInstalled),
      bootedAt: bootTime((await transport.readFile('/proc/stat')) ?? ''),
      architecture: await architecture(transport, kernelRunning),
    })
    await emit('host_init', { init: await initSystem(transport) })
  },
})

async function osRelease(transport: HostTransport): Promise<ReadonlyMap<string, string>> {
  const text = (await transport.readFile('/etc/os-release')) ?? (await transport.readFile('/usr/lib/os-release'))
  if (text === null)
    throw new BergfriedError('collect.unreadable', { what: '/etc/os-release', reason: 'there is no such file' })
  return parseOsRelease(text)
}

/** Kernels in /boot; where that shows none, the module folders. */
async function installedKernels(transport: HostTransport): Promise<readonly string[]> {
  const boot = (await unlessDenied(() => transport.list('/boot'), null)) ?? []
  const kernels = boot.flatMap((entry) => /^vmlinu[xz]-(\d.*)$/.exec(entry)?.[1] ?? [])
  if (kernels.length > 0) return kernels.filter((kernel) => !kernel.includes('rescue'))
  return ((await transport.list('/lib/modules')) ?? []).filter((entry) => /^\d/.test(entry))
}

async function isRebootRequired(transport: HostTransport, running: string, installed: string | null): Promise<boolean> {
  for (const mark of ['/run/reboot-required', '/var/run/reboot-required']) {
    if ((await transport.stat(mark)) !== null) return true
  }
  if (installed === null) return false
  return isNewerKernel(installed, running) || (await isRebuiltKernel(transport, running))
}

/**
 * A security update may replace a kernel under the same release name. Debian's kernels carry the version of their
 * package in /proc/sys/kernel/version: `#1 SMP PREEMPT_DYNAMIC Debian 6.1.153-1 (2025-09-20)`.
 */
async function isRebuiltKernel(transport: HostTransport, running: string): Promise<boolean> {
  const built = / Debian (\S+) \(/.exec((await transport.readFile('/proc/sys/kernel/version')) ?? '')?.[1]
  if (built === undefined) return false
  const image = (await installedPackages(transport))?.find((entry) => entry.name === `linux-image-${running}`)
  return image !== undefined && compareDebianVersions(image.version, built) > 0
}

/** To the full minute, because the kernel computes it anew each time and the second jumps. */
function bootTime(stat: string): string | null {
  const seconds = /^btime (\d{1,12})$/m.exec(stat)?.[1]
  if (seconds === undefined) return null
  const minute = Math.round(Number(seconds) / 60) * 60_000
  return minute > 8.64e15 ? null : new Date(minute).toISOString().replace('.000Z', 'Z')
}

async function architecture(transport: HostTransport, kernel: string): Promise<string> {
  // Since Linux 6.1.
  const known = (await transport.readFile('/proc/sys/kernel/arch'))?.trim()
  if (known !== undefined && known !== '') return clip(known, 512)
  const uname = (await transport.run('uname', ['-m']))?.stdout.trim()
  if (uname !== undefined && uname !== '') return clip(uname, 512)
  return kernel.endsWith('amd64') ? 'x86_64' : kernel.endsWith('arm64') ? 'aarch64' : 'unknown'
}

/** sd_booted(3): systemd is the init system where /run/systemd/system is a folder. */
async function initSystem(transport: HostTransport): Promise<string> {
  if ((await transport.stat('/run/systemd/system'))?.kind === 'folder') return 'systemd'
  const first = (await transport.readFile('/proc/1/comm'))?.trim() ?? ''
  return first === '' ? 'unknown' : clip(first, 512)
}
