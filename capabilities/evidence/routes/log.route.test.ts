import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openCheckpoint } from '../../../engines/tlog/checkpoint.ts'
import { parseVerifierKey } from '../../../engines/tlog/note.ts'
import { verifyProof } from '../../../engines/tlog/offline-proof.ts'
import { decodeBundle } from '../../../engines/tlog/tile.ts'
import { systemClock } from '../../../kernel/clock/clock.ts'
import { appendEntry } from '../../../kernel/ledger/entry.ts'
import { type TestDatabase, testDatabase } from '../../../kernel/testing/cluster.ts'
import { type TestHttp, testHttp } from '../../../kernel/testing/http.ts'
import { testCheckpointSigner } from '../../../kernel/testing/test-signer.ts'
import { openPosixStore } from '../log/posix-store.ts'
import { startSealer } from '../seal/run-sealer.ts'
import { getCheckpoint } from './get-checkpoint.route.ts'
import { getEvidenceEntry } from './get-evidence-entry.route.ts'
import { getTile } from './get-tile.route.ts'

const ROUTES = [getCheckpoint, getTile, getEvidenceEntry]
const signer = testCheckpointSigner()
const key = parseVerifierKey(signer.verifierKey)
let db: TestDatabase
let server: TestHttp
let size: number
let end: () => Promise<void>

beforeAll(async () => {
  db = await testDatabase()
  const folder = await mkdtemp(join(tmpdir(), 'bergfried-log-'))
  const store = await openPosixStore(folder)
  const sealer = await startSealer({
    pool: db.stage('bf_seal'),
    store,
    signer,
    identity: { origin: signer.origin, verifierKey: signer.verifierKey, witnesses: [], quorum: 0 },
    witnessing: null,
    clock: systemClock,
    onProblem: () => undefined,
    pollMs: 3_600_000,
  })
  server = await testHttp(db, ROUTES, { policy: null as never, checks: new Map(), evidence: sealer.log })
  await db.stage('bf_judge').transaction(async (tx) => {
    for (let i = 0; i < 300; i++)
      await appendEntry(tx, systemClock.now(), i % 2 === 0 ? 'statement' : 'judgement', { i })
  })
  await sealer.sealNow()
  size = (await sealer.log.status()).sealed
  end = async () => {
    await sealer.stop()
    await store.close()
    await rm(folder, { recursive: true })
  }
})
afterAll(async () => {
  await server.http.close()
  await end()
  await db.close()
})

const get = (url: string, headers: Record<string, string> = {}) => server.http.inject({ url, headers })

describe('GET /log/checkpoint', () => {
  it('is a signed note as text, soon stale, for pages of anybody', async () => {
    const answer = await get('/log/checkpoint')
    expect(answer.statusCode).toBe(200)
    expect(answer.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'public, max-age=2',
      'access-control-allow-origin': '*',
    })
    expect(await openCheckpoint(answer.body, key)).toMatchObject({ origin: signer.origin, size })
    expect((await server.http.inject({ method: 'HEAD', url: '/log/checkpoint' })).statusCode).toBe(200)
  })
})

describe('GET /log/tile/...', () => {
  it('gives hashes and entries that never change', async () => {
    const hashes = await get('/log/tile/0/000')
    expect(hashes.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'cache-control': 'public, max-age=31536000, immutable',
      'access-control-allow-origin': '*',
    })
    expect(hashes.rawPayload).toHaveLength(256 * 32)
    const plain = await get('/log/tile/entries/000')
    expect(decodeBundle(plain.rawPayload, 256)).toHaveLength(256)
    expect(plain.headers['content-encoding']).toBeUndefined()
    const packed = await get('/log/tile/entries/000', { 'accept-encoding': 'br, gzip' })
    expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' })
    expect(gunzipSync(packed.rawPayload)).toEqual(plain.rawPayload)
    expect((await get('/log/tile/entries/000', { 'accept-encoding': 'gzip;q=0' })).rawPayload).toEqual(plain.rawPayload)
    const last = size - 256
    expect((await get(`/log/tile/0/001.p/${last}`)).rawPayload).toHaveLength(last * 32)
  })

  it.each([
    '0/001',
    '0/001.p/0',
    '0/001.p/256',
    '0/1',
    '0/001.p/007',
    '1/001',
    '64/000',
    'entries/002',
    '0/000.p/%2e%2e',
    '..%2fpending',
    'entries/x000/000',
    `0/${'x000/'.repeat(20)}000`,
  ])('has no %s', async (path) => {
    const answer = await get(`/log/tile/${path}`)
    expect([400, 404]).toContain(answer.statusCode)
    expect(answer.headers['content-type']).toContain('application/problem+json')
  })

  it('shows nothing but the log', async () => {
    for (const path of ['/log/pending', '/log/lock', '/log/journal.0', '/log/identity.json']) {
      expect((await get(path)).statusCode, path).toBe(404)
    }
  })
})

describe('GET /api/evidence/{position}', () => {
  it('gives an entry with a proof that holds, to whoever may read', async () => {
    expect((await server.call('GET', '/api/evidence/1', null)).status).toBe(401)
    for (const position of [0, 1, 255, 256, size - 1]) {
      const { status, body } = await server.call('GET', `/api/evidence/${position}`, ['read'])
      expect(status).toBe(200)
      const { bundle } = body as { bundle: { entry: string; proof: string; log: string } }
      expect(bundle.log).toBe(signer.verifierKey)
      const policy = { log: key, witnesses: [], quorum: 0 }
      expect(await verifyProof(bundle.proof, Buffer.from(bundle.entry), policy)).toMatchObject({ index: position })
    }
    expect(JSON.stringify((await server.call('GET', '/api/evidence/1', ['read'])).body)).not.toContain('salt')
  })

  it('says that an entry is not published', async () => {
    expect(await server.call('GET', `/api/evidence/${size}`, ['read'])).toMatchObject({
      status: 404,
      body: { code: 'evidence.not_sealed' },
    })
    expect((await server.call('GET', '/api/evidence/-1', ['read'])).status).toBe(400)
  })
})

describe('where no log runs', () => {
  it('says so', async () => {
    const without = await testHttp(db, ROUTES, { policy: null as never, checks: new Map() })
    for (const path of ['/log/checkpoint', '/log/tile/0/000', '/api/evidence/0']) {
      expect(await without.call('GET', path), path).toMatchObject({ status: 503, body: { code: 'evidence.store' } })
    }
    await without.http.close()
  })
})
