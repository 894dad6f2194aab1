import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Tree } from '../../engines/tlog/append.ts'
import { signCheckpoint } from '../../engines/tlog/checkpoint.ts'
import { cosign } from '../../engines/tlog/cosignature.ts'
import {
  addSignatures,
  COSIGNATURE_ED25519,
  ED25519,
  formatVerifierKey,
  parseSignatures,
} from '../../engines/tlog/note.ts'
import { signer } from '../../engines/tlog/testing/signers.ts'
import { tilePath } from '../../engines/tlog/tile.ts'
import type { LogStore } from './log/log-store.ts'
import { openPosixStore } from './log/posix-store.ts'

const ORIGIN = 'log.example.com/log'
const LOG = signer(ORIGIN, ED25519, 1)
const WITNESSES = [
  signer('witness.example.com/w1', COSIGNATURE_ED25519, 2),
  signer('witness.example.org/w2', COSIGNATURE_ED25519, 3),
]
const SIZES = [1, 255, 256, 300, 700, 1025]
const entry = (i: number): Uint8Array => new TextEncoder().encode(`{"entry":${i}}`)

const tools = mkdtempSync(join(tmpdir(), 'bergfried-go-'))
const reader = join(tools, 'reader')
const built = build()
afterAll(() => rmSync(tools, { recursive: true, force: true }))

/** Whether Go is here, with the modules that the reader is made of: in its cache, or to be had from its proxy. */
function build(): boolean {
  const folder = join(import.meta.dirname, '..', '..', 'fixtures', 'go-reader')
  const env = { ...process.env, GOTOOLCHAIN: 'local', GOFLAGS: '-buildvcs=false' }
  const { status } = spawnSync('go', ['build', '-o', reader, '.'], { cwd: folder, env, timeout: 240_000 })
  return status === 0
}

interface Report {
  readonly size: number
  readonly cosigners: readonly string[]
  readonly entries: number
  readonly inclusion: number
  readonly consistency: number
}

describe.skipIf(!built)('a log that we wrote, read by a client of others (needs Go)', () => {
  let folder = ''
  let store: LogStore
  let server: Server
  let address = ''
  const changed = new Map<string, Uint8Array>()
  const roots = new Map<number, string>()

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bergfried-log-'))
    store = await openPosixStore(join(folder, 'log'))
    const tree = Tree.empty()
    for (const size of SIZES) {
      const batch = Array.from({ length: size - tree.size }, (_, i) => entry(tree.size + i))
      const { tiles, root } = tree.append(batch)
      await store.append(tiles.map(({ id, bytes }) => ({ path: tilePath(id), bytes })))
      await store.replace('checkpoint', new TextEncoder().encode(await headOf(size, root)))
      roots.set(size, Buffer.from(root).toString('base64'))
    }
    server = createServer((request, response) => {
      const path = (request.url ?? '').replace(/^\/log\//, '')
      Promise.resolve(changed.get(path) ?? store.read(path)).then(
        (bytes) => response.writeHead(bytes === null ? 404 : 200).end(bytes),
        () => response.writeHead(500).end(),
      )
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/log/`
  })

  afterAll(async () => {
    await new Promise((done) => server.close(done))
    await store.close()
    await rm(folder, { recursive: true, force: true })
  })

  async function headOf(size: number, root: Uint8Array): Promise<string> {
    let note = await signCheckpoint({ origin: ORIGIN, size, root, extensions: [] }, LOG)
    for (const witness of WITNESSES)
      note = addSignatures(note, parseSignatures(await cosign(note, witness, 1_700_000_000)))
    return note
  }

  async function read(...more: readonly string[]): Promise<Report> {
    const witnesses = WITNESSES.map(({ key }) => formatVerifierKey(key)).join(',')
    const args = ['-url', address, '-key', formatVerifierKey(LOG.key), '-origin', ORIGIN, '-witnesses', witnesses]
    const { stdout } = await promisify(execFile)(reader, [...args, ...more])
    return JSON.parse(stdout) as Report
  }

  it('holds: checkpoint, cosignatures, every entry, every inclusion proof, growth from every earlier checkpoint', async () => {
    for (const size of SIZES.slice(0, -1)) {
      expect(await read('-old', `${size}:${roots.get(size)}`)).toMatchObject({
        size: 1025,
        cosigners: ['witness.example.com/w1', 'witness.example.org/w2'],
        entries: 1025,
        inclusion: 1025,
        consistency: 12,
      })
    }
  })

  it('does not hold with one entry changed, one tile changed, or another past', async () => {
    const tamper = async (path: string, at: number): Promise<void> => {
      const bytes = (await store.read(path))?.slice() ?? new Uint8Array()
      bytes[at] = (bytes[at] ?? 0) ^ 1
      changed.clear()
      changed.set(path, bytes)
    }
    await tamper('tile/entries/001', 12)
    await expect(read()).rejects.toThrow(/entry 256 is not the one in the tile/)
    await tamper('tile/0/002', 12)
    await expect(read()).rejects.toThrow(/is not the one in the tile/)
    await tamper('tile/1/000.p/4', 12)
    await expect(read()).rejects.toThrow(/entry \d+: /)
    await tamper('checkpoint', ORIGIN.length + 1)
    await expect(read()).rejects.toThrow(/checkpoint: /)
    changed.clear()
    await expect(read('-old', `300:${roots.get(256)}`)).rejects.toThrow(/from 300: /)
  })

  it('is not held for another’s: a key of the same name is refused', async () => {
    const stranger = formatVerifierKey(signer(ORIGIN, ED25519, 9).key)
    await expect(read('-key', stranger)).rejects.toThrow(/checkpoint: /)
  })
})
