import { chmod, cp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseVerifierKey } from '../engines/tlog/note.ts'
import { makeAuthority, makeCertificate } from '../kernel/drill/certificates.ts'
import { fileOf } from './store/state.ts'
import { callWitness, makeWitness, type SpawnedWitness, submit, type WitnessHome } from './testing/spawn-witness.ts'
import { TestLog } from './testing/test-log.ts'

const ORIGIN = 'log.example.org/a'
const log = () => new TestLog(ORIGIN)
let home: WitnessHome
const running: SpawnedWitness[] = []

beforeEach(async () => {
  home = await makeWitness('witness.example.org/w1', log().verifierKey)
})
afterEach(async () => {
  await Promise.all(running.splice(0).map((witness) => witness.end()))
  await home.remove()
})

async function run(...options: string[]): Promise<SpawnedWitness> {
  const witness = await home.run(...options)
  running.push(witness)
  return witness
}
const refusedToRun = async (...options: string[]) => {
  const { code, said } = await callWitness(
    'run',
    '--lang',
    'en',
    '--folder',
    home.folder,
    '--logs',
    home.list,
    '--listen',
    '127.0.0.1:0',
    ...options,
  )
  return { code, said: said.replaceAll(home.folder, 'W').replaceAll(home.list, 'LOGS').trim() }
}
const state = () => join(home.folder, 'state', fileOf(ORIGIN))

describe('a folder', () => {
  it('begins with a key for cosignatures that nobody else can read', async () => {
    expect(parseVerifierKey(home.verifierKey)).toMatchObject({ name: 'witness.example.org/w1', type: 4 })
    const again = await callWitness('init', '--folder', home.folder, '--name', 'witness.example.org/w2', '--lang', 'en')
    expect([again.code, again.said]).toEqual([2, expect.stringContaining('there are keys already')])
  })

  it.each([
    ['key.json', 0o640, 'unsafe'],
    ['.', 0o750, 'unsafe'],
    ['state', 0o777, 'unsafe'],
  ])('is refused where %s has mode %i', async (name, mode) => {
    await chmod(join(home.folder, name), mode)
    const { code, said } = await refusedToRun()
    expect([code, said]).toEqual([3, expect.stringContaining(`is open to others (mode 0${mode.toString(8)})`)])
  })

  it('belongs to one witness at a time, and to the next one after kill -9', async () => {
    const first = await run()
    expect(await refusedToRun()).toEqual({ code: 3, said: 'witness: W: another witness uses this folder.' })
    await first.end('SIGKILL')
    await run()
    expect((await readdir(home.folder)).filter((name) => name.startsWith('lock')).sort()).toHaveLength(1)
  })

  it('has one winner where eight witnesses start at once', async () => {
    const starts = await Promise.allSettled(Array.from({ length: 8 }, () => run()))
    expect(starts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })
})

describe('a witness that has lost what it saw', () => {
  beforeEach(async () => {
    const witness = await run()
    expect((await submit(witness.url, await log().grow(5).request(0))).status).toBe(200)
    await witness.end()
  })

  it('does not start where the state of a log is gone', async () => {
    await rm(state())
    expect((await refusedToRun()).said).toContain(
      'is missing, and without it this witness could confirm a second history',
    )
  })
  it('does not start where all states are gone', async () => {
    await rm(join(home.folder, 'state'), { recursive: true })
    expect((await refusedToRun()).said).toContain('W/state: is missing')
  })
  it('does not start where the register of logs is gone', async () => {
    await rm(join(home.folder, 'seen'))
    expect((await refusedToRun()).said).toContain('W/seen: is missing')
  })
  it.each<[string, (text: string) => string]>([
    ['cut off', (text) => text.slice(0, -20)],
    ['set to a smaller size', (text) => text.replace('\n5\n', '\n4\n')],
    ['without our cosignature', (text) => text.replace(/— witness.*\n/, '')],
    ['empty', () => ''],
  ])('does not start where a state is %s', async (_, change) => {
    await writeFile(state(), change(await readFile(state(), 'utf8')))
    expect((await refusedToRun()).said).toContain('is no checkpoint that this witness cosigned')
  })
  it('starts where the last line of the register is torn, and mends it', async () => {
    await truncate(join(home.folder, 'seen'), 30)
    await (await run()).end()
    expect((await readFile(join(home.folder, 'seen'), 'utf8')).trim()).toBe(fileOf(ORIGIN))
  })

  it('catches up with what it confirmed itself, after an old copy of its folder was put back', async () => {
    const copy = `${home.folder}-copy`
    await cp(home.folder, copy, { recursive: true, filter: (path) => !path.includes('/lock') })
    const before = await run()
    const grown = log().grow(9)
    const { text } = await submit(before.url, await grown.request(5))
    await before.end()
    const published = join(home.folder, '..', 'checkpoint')
    await writeFile(published, `${await grown.note()}${text}`)
    await rm(home.folder, { recursive: true })
    await cp(copy, home.folder, { recursive: true })

    const after = await run('--seen', published)
    const fork = log().grow(5).grow(2, 'fork')
    expect(await submit(after.url, await fork.request(5))).toMatchObject({ status: 409, text: '9\n' })
    await after.end()
    await writeFile(published, await grown.note())
    expect((await refusedToRun('--seen', published)).said).toContain('is no checkpoint that this witness confirmed')
  })
})

describe('a running witness', () => {
  it('reads its list again at SIGHUP, and keeps the old one where the new one is wrong', async () => {
    const other = new TestLog('log.example.org/b').grow(2)
    const witness = await run()
    expect((await submit(witness.url, await other.request(0))).status).toBe(404)
    await home.watch(log().verifierKey, '# another', other.verifierKey)
    await reload(witness)
    await expect.poll(async () => (await submit(witness.url, await other.request(0))).status).not.toBe(404)
    await home.watch('nonsense')
    await reload(witness)
    await expect.poll(() => witness.said.join()).toContain(':1: is no verifier key')
    expect((await submit(witness.url, await other.request(2))).status).toBe(200)
  })

  it('ends at SIGTERM with what it has begun, and without an error', async () => {
    const witness = await run()
    const answers = Promise.all(
      Array.from({ length: 8 }, async () => submit(witness.url, await log().grow(5).request(0)).catch(() => null)),
    )
    expect((await answers).some((answer) => answer?.status === 200)).toBe(true)
    expect(await witness.end()).toBe(0)
    expect(witness.said).toEqual([])
  })

  it('speaks TLS with the certificate that it is given, and with a renewed one after SIGHUP', async () => {
    const [key, cert] = [join(home.folder, '..', 'tls.key'), join(home.folder, '..', 'tls.pem')]
    const first = await certify(key, cert)
    const witness = await run('--tls-key', key, '--tls-cert', cert)
    expect(witness.url).toMatch(/^https:/)
    expect(await statusOver(witness.url, first)).toBe(200)
    const second = await certify(key, cert)
    await reload(witness)
    await expect.poll(() => statusOver(witness.url, second)).toBe(200)
    expect((await refusedToRun('--tls-key', key)).said).toContain('one does not go without the other')
  })

  it.each([
    ['--listen', 'nowhere', 2],
    ['--prefix', '/a b', 2],
    ['--rate', 'fast', 2],
    ['--listen', '192.0.2.1:7500', 3],
    ['--logs', '/nowhere', 2],
  ])('does not start with %s %s', async (option, value, exit) => {
    const { code, said } = await refusedToRun(option, value)
    expect([code, said.length > 10]).toEqual([exit, true])
  })
})

const reload = async (witness: SpawnedWitness): Promise<void> => {
  witness.process.kill('SIGHUP')
}

/** Writes a new certificate and its key. @returns the authority that made it */
async function certify(key: string, cert: string): Promise<string> {
  const now = new Date()
  const authority = await makeAuthority(now)
  const day = 86_400_000
  const notBefore = new Date(now.getTime() - day)
  const notAfter = new Date(now.getTime() + day)
  const made = await makeCertificate({ authority, names: ['127.0.0.1'], notBefore, notAfter })
  await writeFile(key, made.key)
  await writeFile(cert, made.certificate)
  return authority.certificate
}

/** Status of the first page for whoever trusts this authority alone, null where the certificate is of another. */
const statusOver = (url: string, ca: string): Promise<number | null> =>
  new Promise((resolve) => {
    request(url, { ca, agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode ?? null)
    })
      .on('error', () => resolve(null))
      .end()
  })
