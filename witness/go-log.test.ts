import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { concat } from '../engines/tlog/bytes.ts'
import { verifyWitnessed } from '../engines/tlog/cosignature.ts'
import { parseVerifierKey } from '../engines/tlog/note.ts'
import { makeWitness } from './testing/spawn-witness.ts'
import { TestLog } from './testing/test-log.ts'

const folder = await mkdtemp(join(tmpdir(), 'witness-go-'))
const program = join(folder, 'go-log')
// Modules come from the cache alone: a test fetches nothing.
const env = { ...process.env, GOPROXY: 'off', GOFLAGS: '-mod=readonly', CGO_ENABLED: '0' }
const source = join(import.meta.dirname, 'testing', 'go-log')
const built = spawnSync('go', ['build', '-o', program, '.'], { cwd: source, env, timeout: 240_000 }).status === 0
afterAll(() => rm(folder, { recursive: true, force: true }))

describe.skipIf(!built)('a log by the implementation of others (needs Go)', () => {
  const { signer, verifierKey } = new TestLog('log.example.org/a')
  const { name, keyId } = signer.key
  // The private key of every test log: a type and the seed (golang.org/x/mod/sumdb/note).
  const seed = Buffer.from(concat(Uint8Array.of(1), new Uint8Array(32).fill(1))).toString('base64')
  const secret = `PRIVATE+KEY+${name}+${keyId.toString(16).padStart(8, '0')}+${seed}`

  it('publishes checkpoint after checkpoint with the cosignature that its policy asks for', {
    timeout: 60_000,
  }, async () => {
    const home = await makeWitness('witness.example.org/w1', verifierKey)
    const witness = await home.run()
    try {
      const told = ['-secret', secret, '-url', witness.url, '-witness', home.verifierKey, '-rounds', '3']
      const { stdout } = await promisify(execFile)(program, [...told, '-folder', join(folder, 'log')])
      const key = parseVerifierKey(home.verifierKey)
      const policy = { log: signer.key, witnesses: [key], quorum: 1 }
      expect((await verifyWitnessed(stdout, policy)).checkpoint.size).toBe(120)
    } finally {
      await witness.end()
      await home.remove()
    }
  })
})
