import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, it } from 'vitest'

// SoftHSM 2 of Debian stands in for a token. It reads its configuration from the environment at the first call: a process for each test.
const MODULE = '/usr/lib/softhsm/libsofthsm2.so'
const PIN = 'secret-pin-4711'
let top = ''
let env: Record<string, string> = {}

beforeEach(({ skip }) => {
  skip(!existsSync(MODULE), 'needs softhsm2')
  top = mkdtempSync(join(tmpdir(), 'bergfried-fields-token-'))
  mkdirSync(join(top, 'tokens'))
  const conf = join(top, 'softhsm2.conf')
  writeFileSync(conf, `directories.tokendir = ${top}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n`)
  env = { SOFTHSM2_CONF: conf, PATH: '/usr/bin:/bin' }
  const init = ['--init-token', '--free', '--label', 'fields', '--pin', PIN, '--so-pin', '0815']
  execFileSync('softhsm2-util', init, { env, stdio: 'pipe' })
})
afterEach(() => {
  if (top !== '') rmSync(top, { recursive: true, force: true })
})

/** Runs a few lines with `open`, a provider by label and PIN, and gives what they say. */
async function inProcess(lines: string): Promise<unknown> {
  const file = join(top, 'run.mjs')
  const provider = join(import.meta.dirname, 'pkcs11-provider.ts')
  writeFileSync(
    file,
    `import { Pkcs11KeyProvider } from ${JSON.stringify(provider)}
const open = (key, pin = ${JSON.stringify(PIN)}, token = 'fields') =>
  Pkcs11KeyProvider.open({ module: ${JSON.stringify(MODULE)}, tokenLabel: token, key, pin: () => pin })
const tried = (work) => work().then(() => 'done', (error) => [error.name, error.code, error.message].join(' '))
const [secret, context] = [Buffer.alloc(32, 8), Buffer.from('tenant table column')]
const say = (value) => process.stdout.write(JSON.stringify(value))
${lines}`,
  )
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', file], { env })
  return JSON.parse(stdout)
}

it('a data key is wrapped in a token, bound to its context, and opens after a new start', async () => {
  const wrapped = await inProcess(`const provider = await open('customer-data'); provider.createKey()
    const { kek, bytes } = await provider.wrap(secret, context); say({ kek, bytes: Buffer.from(bytes).toString('hex') })`)
  expect(wrapped).toMatchObject({ kek: 'customer-data', bytes: expect.stringMatching(/^[0-9a-f]{120}$/) })
  expect(JSON.stringify(wrapped)).not.toContain('0808080808')
  const said = await inProcess(`const provider = await open('customer-data')
    const { kek, bytes } = ${JSON.stringify(wrapped)}; const wrapped = { provider: 'pkcs11', kek, bytes: Buffer.from(bytes, 'hex') }
    const changed = Uint8Array.from(wrapped.bytes); changed[20] ^= 1
    say([Buffer.from(await provider.unwrap(wrapped, context)).equals(secret),
      await tried(() => provider.unwrap(wrapped, Buffer.from('other'))),
      await tried(() => provider.unwrap({ ...wrapped, bytes: changed }, context)),
      await tried(() => provider.unwrap({ ...wrapped, kek: 'nothing' }, context)),
      await tried(async () => provider.createKey()),
      Buffer.from(await provider.unwrap(wrapped, context)).equals(secret)])`)
  const failed = 'FieldcryptError unwrap_failed a wrapped key does not open'
  expect(said).toEqual([
    true,
    failed,
    failed,
    'ProviderError refused refused: the token holds no single key labelled nothing',
    'ProviderError refused refused: there is a key labelled customer-data',
    true,
  ])
})

it('a wrong PIN, a missing token and a missing key are told apart, and the PIN is in no message', async () => {
  const said =
    await inProcess(`say([await tried(() => open('k', 'wrong-pin-1234')), await tried(() => open('k', undefined, 'none')),
    await tried(async () => (await open('k')).wrap(secret, context))])`)
  expect(said).toEqual([
    'ProviderError refused refused: the token does not accept the PIN',
    'ProviderError unreachable unreachable: no single token named none',
    'ProviderError refused refused: the token holds no single key labelled k',
  ])
})
