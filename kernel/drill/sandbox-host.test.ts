import { execFile, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { lstat, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningSandboxHost, startSandboxHost } from './sandbox-host.ts'

const run = promisify(execFile)
const isRoot = process.getuid?.() === 0
const hasNetns = isRoot && spawnSync('unshare', ['--net', 'true']).status === 0
const hasNft = existsSync('/usr/sbin/nft')
const hasSshd = existsSync('/usr/sbin/sshd') && existsSync('/run/sshd')

describe('startSandboxHost', () => {
  let folder: string
  let host: RunningSandboxHost
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bergfried-host-'))
    host = await startSandboxHost({ folder })
  })
  afterAll(async () => {
    await host.stop()
    await rm(folder, { recursive: true, force: true })
  })

  it('keeps the mode of a file that is written again, unless told another', async () => {
    const before = await host.read('/etc/sudoers')
    await host.write('/etc/sudoers', `${before}# more\n`)
    expect(await mode('/etc/sudoers')).toBe('0440')
    await host.write('/etc/sudoers', before ?? '', '0600')
    expect(await mode('/etc/sudoers')).toBe('0600')
    await host.chmod('/etc/sudoers', '0440')
  })

  it('says null for a file that is not there, and removes what was written', async () => {
    expect(await host.read('/etc/hosts.equiv')).toBeNull()
    await host.write('/etc/hosts.equiv', '+\n')
    await host.append('/etc/hosts.equiv', 'more\n')
    expect(await host.read('/etc/hosts.equiv')).toBe('+\nmore\n')
    await host.remove('/etc/hosts.equiv')
    expect(await host.read('/etc/hosts.equiv')).toBeNull()
  })

  it('never reaches outside its folder', async () => {
    await host.write('../../../etc/bergfried-outside', 'x')
    expect(existsSync(join(host.root, 'etc/bergfried-outside'))).toBe(true)
    await host.remove('../../../etc/bergfried-outside')
  })

  it.skipIf(!isRoot)('as root gives files their owners and keeps setuid bits', async () => {
    expect((await lstat(join(host.root, 'etc/shadow'))).gid).toBe(42)
    expect((await lstat(join(host.root, 'home/ada'))).uid).toBe(1000)
    expect(await mode('/usr/bin/sudo')).toBe('4755')
    await host.chown('/etc/shadow', 1000, 1000)
    expect((await lstat(join(host.root, 'etc/shadow'))).uid).toBe(1000)
    await host.chown('/etc/shadow', 0, 42)
  })

  it.skipIf(!isRoot || !hasSshd)('has a configuration that a real sshd accepts', async () => {
    const { stdout } = await run('/usr/sbin/sshd', ['-T', '-f', join(host.root, 'etc/ssh/sshd_config')])
    expect(stdout).toContain('permitrootlogin no')
  })

  it.skipIf(!hasNetns || !hasNft)(
    'as root with nft loads rules in a namespace of its own, starting with default deny',
    async () => {
      const inside = (args: readonly string[]) => run('nsenter', [`--net=/proc/${host.netnsPid}/ns/net`, '--', ...args])
      expect((await inside(['nft', 'list', 'ruleset'])).stdout).toContain('policy drop')
      await host.nft('table ip other { }')
      expect((await inside(['nft', 'list', 'ruleset'])).stdout).toBe('table ip other {\n}\n')
      await expect(host.nft('table ip {')).rejects.toThrow(/drill.no_sandbox/)
    },
  )

  it.skipIf(!hasNetns)('as root listens in its namespace, not on this machine, until it is closed', async () => {
    const listeners = async () => await readFile(`/proc/${host.netnsPid}/net/tcp`, 'utf8')
    const socket = await host.listen('0.0.0.0', 23)
    expect(await listeners()).toContain('00000000:0017')
    expect(await readFile('/proc/net/tcp', 'utf8')).not.toContain('00000000:0017')
    await expect(host.listen('0.0.0.0', 23)).rejects.toThrow(/drill.no_sandbox/)
    await socket.close()
    expect(await listeners()).not.toContain('00000000:0017')
  })

  it('leaves no process and no folder behind', async () => {
    const own = await mkdtemp(join(tmpdir(), 'bergfried-host-'))
    const other = await startSandboxHost({ folder: own })
    if (other.netnsPid !== null) await other.listen('127.0.0.1', 8023)
    await other.stop()
    expect(existsSync(other.root)).toBe(false)
    if (other.netnsPid !== null) expect(existsSync(`/proc/${other.netnsPid}/ns/net`)).toBe(false)
    await rm(own, { recursive: true })
  })

  async function mode(path: string): Promise<string> {
    return ((await lstat(join(host.root, path))).mode & 0o7777).toString(8).padStart(4, '0')
  }
})
