import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { interfacesIn, rehearse, WarmRehearsal } from './rehearse.ts'

beforeEach(({ skip }) => skip(process.getuid?.() !== 0, 'needs root'))

const rulesFor = (port: number): string =>
  `table inet fw {\n\tchain in {\n\t\ttype filter hook input priority filter; policy drop;\n\t\tiif "up0" tcp dport ${port} accept\n\t}\n}\n`

describe('a rehearsal', () => {
  it('lists what a kernel makes of rules, without a trace of them on this machine', async () => {
    const before = spawnSync('nft', ['list', 'ruleset'], { encoding: 'utf8' }).stdout
    const { text, json } = await rehearse(rulesFor(22))
    expect(text).toContain('iif "up0" tcp dport 22 accept')
    expect(JSON.stringify(json)).toContain('"dport"')
    expect(spawnSync('nft', ['list', 'ruleset'], { encoding: 'utf8' }).stdout).toBe(before)
    expect(existsSync('/sys/class/net/up0')).toBe(false)
  })

  it.each([
    [
      'jumps too deep for a kernel',
      Array.from({ length: 20 }, (_, i) => `add chain ip t c${i}`)
        .concat(
          Array.from({ length: 19 }, (_, i) => `add rule ip t c${i} jump c${i + 1}`),
          ['add chain ip t b { type filter hook input priority 0; }', 'add rule ip t b jump c0'],
        )
        .join('\n'),
    ],
    ['translation where there is none', 'table ip t { chain f { type filter hook forward priority 0; masquerade; } }'],
  ])('refuses what nft -c lets through: %s', async (_what, rules) => {
    await expect(rehearse(rules.startsWith('add') ? `add table ip t\n${rules}` : rules)).rejects.toMatchObject({
      code: 'refused',
    })
  })

  it('reads no other file, however it is asked to', async () => {
    for (const rules of [
      'include "/etc/hostname"',
      'table ip a {}; include "/etc/hostname"',
      '\n\tinclude\t"/etc/*"',
    ]) {
      await expect(rehearse(rules)).rejects.toMatchObject({
        code: 'refused',
        detail: { reason: 'include other files' },
      })
    }
    await expect(rehearse('# include\ntable ip a { comment "include"; }\n')).resolves.toBeDefined()
  })

  it('that is kept knows nothing of what it was asked before', async () => {
    const warm = new WarmRehearsal()
    try {
      expect(JSON.stringify((await warm.read(rulesFor(22))).json)).toContain('22')
      await expect(warm.read('table inet fw {')).rejects.toMatchObject({ code: 'refused' })
      const again = JSON.stringify((await warm.read(rulesFor(23))).json)
      expect(again).toContain('23')
      expect(again).not.toContain('"right":22')
    } finally {
      await warm.close()
    }
  })

  it('needs no root where a kernel lets everybody have namespaces', ({ skip }) => {
    const free = spawnSync('setpriv', [
      '--reuid',
      '65534',
      '--clear-groups',
      'unshare',
      '--user',
      '--map-root-user',
      '--net',
      'true',
    ])
    skip(free.status !== 0, 'needs namespaces for everybody')
    const code = `import { rehearse } from ${JSON.stringify(join(import.meta.dirname, 'rehearse.ts'))}; process.stdout.write((await rehearse(${JSON.stringify(rulesFor(22))})).digest)`
    const run = spawnSync(
      'setpriv',
      ['--reuid', '65534', '--clear-groups', process.execPath, '--input-type=module', '-e', code],
      { encoding: 'utf8' },
    )
    expect(run.stdout, run.stderr).toMatch(/^[0-9a-f]{64}$/)
  })
})

describe('interfaces', () => {
  it('that rules follow by their index are found, and others left alone', () => {
    const rules = 'iif "eth0" accept\niifname "wlan0" drop\noif != { tun0, "eth1" } drop\ndevice "ens3"\niif lo accept'
    expect(interfacesIn(rules)).toEqual(['eth0', 'tun0', 'eth1', 'ens3'])
  })
})
