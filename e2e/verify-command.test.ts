import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TrustStage, trustStage } from '../capabilities/trust/testing/trust-stage.ts'
import { systemClock } from '../kernel/clock/clock.ts'
import { TestLog } from '../verifier/testing/test-log.ts'
import { runProgram } from './run-program.ts'

let stage: TrustStage
let origin: string
beforeAll(async () => {
  stage = await trustStage({ now: systemClock.now() })
  await stage.others(4)
  await stage.state()
  await stage.others(300)
  await stage.seal()
  origin = await stage.http.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(() => stage.close())

/** The same functions, once as a command of the product and once standing alone. */
const PROGRAMS = [
  ['bergfried verify', 'cli/main.ts', ['verify']],
  ['node verifier/main.ts', 'verifier/main.ts', []],
] as const

describe.each(PROGRAMS)('%s', (_, entry, first) => {
  let home: string
  const run = (...args: readonly string[]) => runProgram(entry, [...first, ...args], home)
  const memory = () => join(home, '.config/bergfried/known-logs.json')
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'bergfried-verify-'))
  })
  afterAll(() => rm(home, { recursive: true, force: true }))

  it('proves a page to a stranger who has only its address, and remembers the log', async () => {
    const { code, out, err } = await run(`${origin}/trust`)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(/^Proved\./)
    expect(out).toContain('First contact: the page itself names the key')
    expect(out).toContain(stage.log.identity.verifierKey)
    expect(out).toContain('Not proved is that the measuring was right')
    expect((await stat(memory())).mode & 0o777).toBe(0o600)
    expect(JSON.parse(await readFile(memory(), 'utf8'))).toMatchObject({
      logs: [{ place: origin, log: { size: 305 } }],
    })
  })

  it('knows it the next time, and speaks German', async () => {
    const { code, out } = await run(`${origin}/trust/de`, '--lang', 'de')
    expect(code).toBe(0)
    expect(out).toMatch(/^Bewiesen\./)
    expect(out).toContain('Es ist dasselbe Protokoll wie beim letzten Mal')
    expect(out).toContain('Seit dem letzten Mal wurde nur angefügt')
  })

  it('proves a bundle offline once the log is known, and refutes a forged one', async () => {
    const { verifierKey, witnesses, quorum } = stage.log.identity
    const entry = JSON.parse((await stage.http.inject('/trust.json')).body).evidence.statements[0].entry as string
    const bundle = {
      format: 'bergfried-evidence/1',
      entry,
      proof: await stage.log.proofOf(4),
      log: verifierKey,
      witnesses: witnesses.map((w) => w.verifierKey),
      quorum,
    }
    await writeFile(join(home, 'bundle.json'), JSON.stringify(bundle))
    expect(await run('bundle.json')).toMatchObject({ code: 0, out: expect.stringMatching(/^Proved/) })
    expect(await run('bundle.json', '--log-key', verifierKey)).toMatchObject({ code: 0 })
    expect(await run('bundle.json', '--known', 'none.json')).toMatchObject({
      code: 3,
      out: expect.stringContaining('Whose log this is stays open'),
    })
    await writeFile(
      join(home, 'forged.json'),
      JSON.stringify({ ...bundle, entry: entry.replace('"alarm"', '"error"') }),
    )
    expect(await run('forged.json')).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^Not proved: contradiction/),
    })
  })

  it('proves a saved page, and says 1, 2 or 3 where it cannot', async () => {
    await writeFile(join(home, 'trust.json'), (await stage.http.inject('/trust.json')).body)
    expect((await run('trust.json')).code).toBe(0)
    const other = new TestLog().identity.verifierKey
    expect(await run(`${origin}/trust`, '--log-key', other)).toMatchObject({ code: 1 })
    expect(await run(`${origin}/trust`, '--witness', other)).toMatchObject({ code: 1 })
    expect(await run(`${origin}/trust`, '--log-key', 'nonsense')).toMatchObject({ code: 2, out: '' })
    expect(await run(`${origin}/trust`, '--quorum', 'many')).toMatchObject({ code: 2, out: '' })
    expect(await run()).toMatchObject({ code: 2, out: '' })
    expect(await run('missing.json')).toMatchObject({ code: 3, out: '', err: expect.stringContaining('missing.json') })
    expect(await run('http://127.0.0.1:1/trust')).toMatchObject({ code: 3, out: '' })
    await writeFile(join(home, 'damaged.json'), '{')
    expect(await run(`${origin}/trust`, '--known', 'damaged.json')).toMatchObject({ code: 3, out: '' })
  })

  it('raises an alarm at another key under a known address, and forgets nothing by it', async () => {
    const honest = stage.log
    const before = await readFile(memory(), 'utf8')
    stage.log = new TestLog({ witnesses: honest.witnesses })
    await stage.seal()
    stage.clock.advance(2_000)
    try {
      const { code, out } = await run(`${origin}/trust`)
      expect(code).toBe(1)
      expect(out).toContain('ALARM: the key of the log is not the one of last time')
      expect(await readFile(memory(), 'utf8')).toBe(before)
      const bundle = JSON.parse((await stage.http.inject('/trust.json')).body)
      await writeFile(join(home, 'other.json'), JSON.stringify(bundle))
      expect((await run('other.json')).code).toBe(1)
    } finally {
      stage.log = honest
      stage.clock.advance(2_000)
    }
  })

  it('raises an alarm at a log that was rolled back', async () => {
    const honest = stage.log
    stage.log = new TestLog({ signer: honest.signer, witnesses: honest.witnesses })
    await stage.seal(6)
    stage.clock.advance(2_000)
    try {
      const { code, out } = await run(`${origin}/trust`)
      expect(code).toBe(1)
      expect(out).toContain('rolled back')
    } finally {
      stage.log = honest
      stage.clock.advance(2_000)
    }
  })
})

it('bergfried verify tells programs the same as JSON', async () => {
  const home = await mkdtemp(join(tmpdir(), 'bergfried-verify-'))
  const { code, out } = await runProgram('cli/main.ts', ['verify', `${origin}/trust`, '--format', 'json'], home)
  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject({ place: origin, answer: 'holds', seal: { entries: [4], size: 305 } })
  await rm(home, { recursive: true, force: true })
})
