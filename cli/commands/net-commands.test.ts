import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { environmentOf } from '../../kernel/config/environment.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import type { Command, Invocation } from '../command.ts'
import { netDiff } from './net-diff.command.ts'
import { netExplain } from './net-explain.command.ts'

const save = (rules: string): string =>
  `*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n${rules}COMMIT\n`
const ACCEPT = (from: string, port: number): string => `-A INPUT -s ${from} -p tcp -m tcp --dport ${port} -j ACCEPT\n`
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bergfried-net-'))
  const files = {
    old: save(ACCEPT('10.2.0.0/24', 5432)),
    same: save(ACCEPT('10.2.0.0/25', 5432) + ACCEPT('10.2.0.128/25', 5432)),
    wider: save(ACCEPT('10.2.0.0/24', 5432) + ACCEPT('203.0.113.0/24', 5432)),
    limited: save('-A INPUT -p tcp -m tcp --dport 22 -m limit --limit 1/sec -j ACCEPT\n'),
    nothing: 'no rules\n',
    broken: '{ "nftables": ',
  }
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
})
afterAll(() => rm(folder, { recursive: true }))

/** What a command says and returns; a wrong call by its code. */
async function run(command: Command, args: readonly string[], options: Invocation['options'] = {}) {
  const out: string[] = []
  const world = {
    lang: 'en' as const,
    cwd: folder,
    env: environmentOf({}),
    out: (line: string) => out.push(line),
    note: () => undefined,
    interactive: false,
    signal: new AbortController().signal,
  }
  const exit = await command.run(world, { args, options }).catch((error: unknown) => {
    if (error instanceof BergfriedError) return error.code
    throw error
  })
  return { exit, text: out.join('\n') }
}

it('files that say the same in other words are equal, and what one opens or closes is named', async () => {
  expect(await run(netDiff, ['old', 'same'])).toMatchObject({ exit: 0, text: expect.stringMatching(/^equal/) })
  const wider = await run(netDiff, ['old', 'wider'])
  expect(wider.exit).toBe(1)
  expect(wider.text).toMatch(/^\+ ip4 input opens: from 203\.0\.113\.0\/24 tcp dport 5432/m)
  expect((await run(netDiff, ['wider', 'old'])).text).toMatch(/^- ip4 input closes: from 203\.0\.113\.0\/24/m)
})

it('a difference that hangs on a limit is undecided', async () => {
  const none = join(folder, 'none')
  await writeFile(none, save(''))
  expect(await run(netDiff, ['none', 'limited'])).toMatchObject({ exit: 3, text: expect.stringContaining('limit') })
})

it('files that are missing or no rules are a wrong call', async () => {
  for (const name of ['nowhere', 'broken', 'nothing'])
    expect((await run(netDiff, ['old', name])).exit).toBe('usage.invalid')
})

it('a packet is explained by the rule that decides it, or by the policy', async () => {
  const packet = { to: '10.1.0.5', service: 'tcp/5432' }
  const accepted = await run(netExplain, ['old'], { from: '10.2.0.9', ...packet })
  expect(accepted.exit).toBe(0)
  expect(accepted.text).toContain('10.2.0.0/24')
  const dropped = await run(netExplain, ['old'], { from: '203.0.113.9', ...packet })
  expect(dropped.exit).toBe(1)
  expect(dropped.text).toContain('INPUT policy')
  const limited = await run(netExplain, ['limited'], { from: '203.0.113.9', to: '10.1.0.5', service: 'tcp/22' })
  expect(limited).toMatchObject({ exit: 3, text: expect.stringContaining('limit') })
})

it('addresses of two families, unknown services and hooks are a wrong call', async () => {
  const good = { from: '10.2.0.9', to: '10.1.0.5', service: 'tcp/5432' }
  for (const bad of [{ to: 'fd00::1' }, { from: 'nobody' }, { service: 'tcp/70000' }, { hook: 'nowhere' }])
    expect((await run(netExplain, ['old'], { ...good, ...bad })).exit).toBe('usage.invalid')
})
