import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type House, openHouse } from '../../app/house.ts'
import { writeIdentity } from '../../capabilities/evidence/export/open-log.ts'
import { leavesOf, memoryLog } from '../../capabilities/evidence/export/testing/sealed-log.ts'
import { verifyPack } from '../../capabilities/evidence/export/verify/verify-pack.ts'
import type { LogStore } from '../../capabilities/evidence/log/log-store.ts'
import { openPosixStore } from '../../capabilities/evidence/log/posix-store.ts'
import { systemClock } from '../../kernel/clock/clock.ts'
import { loadConfig } from '../../kernel/config/config.ts'
import { environmentOf } from '../../kernel/config/environment.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import type { Command, Invocation, World } from '../command.ts'
import { evidenceExport } from './evidence-export.command.ts'
import { evidenceList } from './evidence-list.command.ts'
import { evidenceReconcile } from './evidence-reconcile.command.ts'
import { evidenceSample } from './evidence-sample.command.ts'
import { evidenceShow } from './evidence-show.command.ts'
import { evidenceStatus } from './evidence-status.command.ts'

let folder: string
let house: House
let store: LogStore
const log = memoryLog()
const env = environmentOf({ LANG: 'en_GB.UTF-8', SUDO_USER: 'somebody' })

/** What a command says, and what it returns; an expected failure by its code. */
async function run(
  command: Command,
  options: Invocation['options'] = {},
  args: readonly string[] = [],
  lang: 'de' | 'en' = 'en',
) {
  const out: string[] = []
  const notes: string[] = []
  const world: World = {
    lang,
    cwd: folder,
    env,
    out: (line) => out.push(line),
    note: (line) => notes.push(line),
    interactive: false,
    signal: new AbortController().signal,
  }
  const exit = await command.run(world, { args, options }).catch((error: unknown) => {
    if (error instanceof BergfriedError) return error.code
    throw error
  })
  return { exit, out, notes, text: out.join('\n') }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bergfried-evidence-'))
  await chmod(folder, 0o755)
  await writeFile(join(folder, 'bergfried.yaml'), `data: ${join(folder, 'data')}\nsystems: []\n`)
  const config = await loadConfig(undefined, env, folder)
  house = await openHouse({ config, env, clock: systemClock, sync: true })
  store = await openPosixStore(join(folder, 'data', 'evidence'))
}, 60_000)
afterAll(async () => {
  await store.close()
  await house.close()
  await house.embedded?.stop()
  await rm(folder, { recursive: true, force: true })
}, 60_000)

describe('the commands of the evidence', () => {
  it('say that nothing is published while no log was begun', async () => {
    expect((await run(evidenceStatus)).exit).toBe('evidence.not_sealed')
    expect((await run(evidenceExport, { from: '2026-01-01', out: 'early.tar' })).exit).toBe('evidence.not_sealed')
    expect(await readdir(folder)).not.toContain('early.tar.partial')
  })

  it('list and show entries, sealed or not', async () => {
    const listed = await run(evidenceList, { format: 'json', kind: ['collection'] })
    const { entries } = JSON.parse(listed.text) as { entries: { position: number; kind: string; body: string }[] }
    expect(entries[0]).toMatchObject({ kind: 'collection' })
    expect(entries[0]?.body).toContain('"system":"register"')
    const shown = await run(evidenceShow, {}, [String(entries[0]?.position)])
    expect(shown.text).toContain('"commitment":')
    expect((await run(evidenceShow, {}, ['999999'])).exit).toBe('http.not_found')
    expect((await run(evidenceShow, {}, ['-1'])).exit).toBe('usage.invalid')
    expect((await run(evidenceShow, { bundle: 'b.json' }, ['0'])).exit).toBe('evidence.not_sealed')
  })

  it('read the log while another process holds it', async () => {
    await log.seal(await leavesOf(house.database))
    await writeIdentity(join(folder, 'data', 'evidence'), log.identity)
    const files = [...log.files].filter(([path]) => path !== 'checkpoint')
    await store.append(files.map(([path, bytes]) => ({ path, bytes })))
    await store.replace('checkpoint', log.files.get('checkpoint') as Uint8Array)
    const status = JSON.parse((await run(evidenceStatus, { format: 'json' })).text) as Record<string, unknown>
    expect(status).toMatchObject({
      origin: log.identity.origin,
      sealed: log.size(),
      entries: log.size(),
      quorum: 1,
      keeper: 'own',
    })
    expect(status['witnesses']).toMatchObject([
      { name: 'witness.example.org', confirmedAt: '2026-11-01T00:00:00.000Z' },
    ])
    expect((await run(evidenceStatus, {}, [], 'de')).text).toContain('veröffentlicht')
  })

  it('write an entry with its proof into a file', async () => {
    const shown = await run(evidenceShow, { bundle: 'entry.json' }, ['0'])
    expect(shown.exit).toBe(0)
    const bundle = JSON.parse(await readFile(join(folder, 'entry.json'), 'utf8')) as Record<string, unknown>
    expect(Object.keys(bundle)).toEqual(['format', 'entry', 'proof', 'log', 'witnesses', 'quorum', 'opening'])
    expect((await stat(join(folder, 'entry.json'))).mode & 0o777).toBe(0o600)
    expect((await run(evidenceShow, { bundle: 'entry.json' }, ['0'])).exit).toBe('export.invalid')
  })

  it('write a pack that verifies, and draw from it', async () => {
    const made = await run(evidenceExport, { from: '2026-01-01', out: 'pack.tar', controls: 'INF-05,NET-02' })
    expect(made.exit).toBe(0)
    const report = await verifyPack(join(folder, 'pack.tar'), null)
    expect(made.out[0]).toBe(`${report.sha256}  ${join(folder, 'pack.tar')}`)
    expect(report.manifest.controls).toEqual(['INF-05', 'NET-02'])
    const drawn = await run(evidenceSample, { pack: 'pack.tar', seed: 'x', count: '2', out: 'items', format: 'json' })
    const { items } = JSON.parse(drawn.text) as { items: { position: number }[] }
    expect(await readdir(join(folder, 'items'))).toEqual(items.map((i) => `${i.position}.json`).sort())
    const pinned = { 'log-key': log.identity.verifierKey, witness: log.identity.witnesses.map((w) => w.verifierKey) }
    expect((await run(evidenceSample, { pack: 'pack.tar', seed: 'x', ...pinned })).exit).toBe(0)
    expect(
      (await run(evidenceSample, { pack: 'pack.tar', seed: 'x', 'log-key': memoryLog().identity.verifierKey })).exit,
    ).toBe('verify.failed')
    expect((await run(evidenceSample, { pack: 'none.tar', seed: 'x' })).exit).toBe('verify.unreachable')
  })

  it('record who takes personal data out, and nothing otherwise', async () => {
    const exports = () =>
      house.database.stage('bf_audit').query(`select body from evidence.entry where kind = 'export'`)
    expect(await exports()).toEqual([])
    await run(evidenceExport, { from: '2026-01-01', out: 'open.tar', 'open-personal': true })
    const [entry] = (await exports()) as readonly { body: string }[]
    const { sha256 } = await verifyPack(join(folder, 'open.tar'), null)
    expect(entry?.body).toContain(sha256)
  })

  it.each(['oscal', 'ocsf'])('write the state as %s', async (format) => {
    expect((await run(evidenceExport, { format, out: `state.${format}`, controls: 'INF-05' })).exit).toBe(0)
    const text = await readFile(join(folder, `state.${format}`), 'utf8')
    if (format === 'oscal') expect(Object.keys(JSON.parse(text) as object)).toEqual(['assessment-results'])
    expect((await run(evidenceExport, { format, out: 'x', seed: 's' })).exit).toBe('usage.invalid')
  })

  it('reconcile only on a yes, and find nothing to do where nothing was lost', async () => {
    expect((await run(evidenceReconcile)).exit).toBe('usage.invalid')
    const { exit, text } = await run(evidenceReconcile, { yes: true, format: 'json' })
    expect(exit).toBe(0)
    expect(JSON.parse(text)).toMatchObject({ sealed: log.size(), lost: 0, from: null })
    expect((await run(evidenceReconcile, { yes: true }, [], 'de')).text).toContain('Nichts zu tun')
  })

  it.each([
    ['no window', { out: 'n.tar' }],
    ['no file', { from: '2026-01-01' }],
    ['a time that is none', { from: 'yesterday', out: 'n.tar' }],
    ['a number that is none', { from: '2026-01-01', out: 'n.tar', seed: 'x', count: '-1' }],
    ['a count without a seed', { from: '2026-01-01', out: 'n.tar', count: '3' }],
    ['a format that is none', { format: 'pdf', out: 'n.tar' }],
  ])('refuse %s', async (_, options) => {
    expect((await run(evidenceExport, options)).exit).toBe('usage.invalid')
    expect(await readdir(folder)).not.toContain('n.tar')
  })
})
