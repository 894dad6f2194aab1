import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { beforeEach, describe, expect, it } from 'vitest'
import type { ChangeStep } from './firewall-changer.ts'
import { orderOf, TestNet } from './testing/test-net.ts'

beforeEach(({ skip }) => skip(process.getuid?.() !== 0, 'needs root'))

const OLD = 'table inet fw {\n\tchain in { type filter hook input priority 0; policy accept; tcp dport 23 drop; }\n}'
const LOCK_OUT =
  'table inet fw {\n\tchain in { type filter hook input priority 0; policy drop; }\n\tchain out { type filter hook output priority 0; policy drop; }\n}'
const NEW = OLD.replace('23', '24')
const states = (net: TestNet): readonly string[] => net.events.map(({ state }) => state)

async function killedAt(net: TestNet, step: ChangeStep, rules: string): Promise<string> {
  net.load(OLD)
  const base = net.digest()
  net.change = orderOf({ base, rules, confirm: rules === NEW ? 10 : 3 })
  const child = net.start(step)
  await net.until(`killed at ${step}`, () => child.signalCode === 'SIGKILL' || child.exitCode === 137)
  return base
}

describe('kill -9 of the agent', () => {
  it.each(['rehearsed', 'kept', 'pending', 'armed', 'loaded'] as const)(
    'after “%s”, with rules that cut the host off: the old ones are back in time without it, or never went',
    async (step) => {
      await using net = await TestNet.make()
      const base = await killedAt(net, step, LOCK_OUT)
      await net.until('the old rules', () => net.digest() === base, 7000)
      expect(await net.reachable()).toBe(true)
      expect(existsSync(net.paths.persisted)).toBe(false)
    },
  )

  it('and of the watchdog, with rules that cut the host off: the next agent brings the old ones back at once', async () => {
    await using net = await TestNet.make()
    const base = await killedAt(net, 'loaded', LOCK_OUT)
    process.kill(Number(readFileSync(net.paths.watchdog, 'latin1')), 'SIGKILL')
    expect(await net.reachable()).toBe(false)
    net.change = null
    net.start()
    await net.until('the old rules', () => net.digest() === base)
    await net.until('told', () => states(net).includes('rolled_back'))
    expect(await net.reachable()).toBe(true)
  })

  it.each(['confirmed', 'persisted', 'purged'] as const)(
    'after “%s”: the next agent finishes the change and tells it once',
    async (step) => {
      await using net = await TestNet.make()
      await killedAt(net, step, NEW)
      net.start()
      await net.until('told', () => states(net).includes('confirmed'))
      expect(net.nft('list', 'ruleset')).toContain('tcp dport 24')
      expect(readFileSync(net.paths.persisted, 'utf8')).toContain(NEW)
      expect(states(net).filter((state) => state === 'confirmed')).toHaveLength(1)
      expect(net.events.at(-1)?.asApproved).toBe('equal')
    },
  )
})

describe('the watchdog', () => {
  it('ends where the change is confirmed, and takes nothing back later', async () => {
    await using net = await TestNet.make()
    net.load(OLD)
    net.change = orderOf({ base: net.digest(), rules: NEW, confirm: 4 })
    net.start()
    await net.until('armed', () => existsSync(net.paths.watchdog))
    const pid = readFileSync(net.paths.watchdog, 'latin1').trim()
    await net.until('confirmed', () => states(net).includes('confirmed'))
    await net.until('gone', () => !existsSync(`/proc/${pid}`))
    await new Promise((resolve) => setTimeout(resolve, 4500))
    expect(net.nft('list', 'ruleset')).toContain('tcp dport 24')
  })

  it('needs no signal that would end other programs, and takes back what was removed from the disk in between', async () => {
    await using net = await TestNet.make()
    net.confirming = false
    net.load(OLD)
    const base = net.digest()
    net.change = orderOf({ base, rules: LOCK_OUT, confirm: 3 })
    const child = net.start('loaded')
    await net.until('killed', () => child.signalCode === 'SIGKILL' || child.exitCode === 137)
    for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const)
      process.kill(Number(readFileSync(net.paths.watchdog, 'latin1')), signal)
    spawnSync('rm', [net.paths.before])
    await net.until('the old rules', () => net.digest() === base, 7000)
  })
})

describe('a disk that is full', () => {
  it('keeps a change from being begun, and nothing has changed', async () => {
    await using net = await TestNet.make()
    mkdirSync(net.paths.folder, { recursive: true })
    spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', net.paths.folder])
    try {
      net.load(OLD)
      const base = net.digest()
      spawnSync('dd', ['if=/dev/zero', `of=${net.paths.folder}/fill`, 'bs=1k', 'count=1000'])
      net.change = orderOf({ base, rules: LOCK_OUT, confirm: 3 })
      net.start()
      await net.until('told', () => states(net).includes('refused'))
      expect(net.digest()).toBe(base)
      expect(await net.reachable()).toBe(true)
    } finally {
      net.agent?.kill('SIGKILL')
      spawnSync('umount', ['-l', net.paths.folder])
    }
  })

  it('that fills up while a change waits does not keep the old rules from coming back', async () => {
    await using net = await TestNet.make()
    mkdirSync(net.paths.folder, { recursive: true })
    spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', net.paths.folder])
    try {
      net.load(OLD)
      const base = net.digest()
      net.change = orderOf({ base, rules: LOCK_OUT, confirm: 3 })
      net.start()
      await net.until('cut off', () => net.digest() !== base)
      spawnSync('dd', ['if=/dev/zero', `of=${net.paths.folder}/fill`, 'bs=1k', 'count=1000'])
      await net.until('the old rules', () => net.digest() === base, 7000)
      expect(await net.reachable()).toBe(true)
    } finally {
      net.agent?.kill('SIGKILL')
      spawnSync('umount', ['-l', net.paths.folder])
    }
  })
})
