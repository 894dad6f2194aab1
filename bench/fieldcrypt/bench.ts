import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  type KeyObject,
  randomBytes,
  randomFillSync,
} from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { WorkerBatch } from '../../engines/fieldcrypt/batch-workers.ts'
import { newSecret, OpenKey } from '../../engines/fieldcrypt/data-key.ts'
import { FieldCipher } from '../../engines/fieldcrypt/field-cipher.ts'
import { median, table } from '../median.ts'
import { installPeers, opensslSpeed, type Peer } from './peers.ts'
import { pgcryptoRate } from './pgcrypto.ts'
import { databaseRates } from './reencryption.ts'

const SIZES = [32, 256, 4096] as const
const RUNS = 5
const COLUMN = { tenant: 'acme', table: 'public.integration', column: 'api_key' }

/** Values per second beside AES-256-GCM of node:crypto alone, beside peers, beside what the processor can do; threads; re-encryption. */
export async function run(args: readonly string[]): Promise<void> {
  const rows = Number(args[0] ?? 200_000)
  const folder = await mkdtemp(join(tmpdir(), 'bergfried-bench-'))
  try {
    const { peers, missing } = installPeers(folder)
    for (const name of missing) print(`${name}: not installed`)
    const contenders = [bare(), ours(), ...peers]
    for (const kind of ['encrypt', 'decrypt'] as const) {
      const lines = [
        [`${kind}, values/s`, ...SIZES.map((size) => `${size} B`), ...SIZES.map((size) => `x bare ${size} B`)],
      ]
      const base: number[] = []
      for (const peer of contenders) {
        const rates = []
        for (const size of SIZES) rates.push(await rate(peer, kind, randomBytes(size)))
        if (base.length === 0) base.push(...rates)
        lines.push([peer.name, ...rates.map(whole), ...rates.map((r, i) => (r / (base[i] ?? r)).toFixed(2))])
      }
      for (const way of ['raw', 'pgp'] as const) {
        const found: (number | null)[] = []
        for (const size of SIZES) found.push(await pgcryptoRate(way, kind, size))
        const name =
          way === 'raw' ? 'pgcrypto AES-CBC, unauthenticated, in the server' : 'pgcrypto pgp_sym, in the server'
        lines.push([
          name,
          ...found.map((r) => (r === null ? '–' : whole(r))),
          ...found.map((r, n) => (r === null ? '–' : (r / (base[n] ?? r)).toFixed(2))),
        ])
      }
      print(table(lines))
    }
    const limits = SIZES.map((size) => opensslSpeed(size))
    print(
      `limit (openssl speed, AES-256-GCM, one key, one thread): ${limits.map((l, i) => (l === null ? '–' : `${whole(l / (SIZES[i] ?? 1))} values/s at ${SIZES[i]} B`)).join(', ')}`,
    )
    await threads()
    await databaseRates(rows, print)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function bare(): Peer {
  const key: KeyObject = createSecretKey(randomBytes(32))
  const aad = Buffer.from('acme public.integration api_key 1234567')
  return {
    name: 'node:crypto AES-256-GCM, bare',
    encrypt: (value) => {
      const iv = randomFillSync(Buffer.allocUnsafe(12))
      const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: 16 })
      cipher.setAAD(aad)
      const body = cipher.update(value)
      cipher.final()
      return [iv, body, cipher.getAuthTag()]
    },
    decrypt: (sealed) => {
      const [iv, body, tag] = sealed as [Buffer, Buffer, Buffer]
      const cipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: 16 })
      cipher.setAAD(aad)
      cipher.setAuthTag(tag)
      const value = cipher.update(body)
      cipher.final()
      return value
    },
  }
}

const keys = (): OpenKey[] => {
  const { secret, checkValue } = newSecret('data', COLUMN, 1)
  return [OpenKey.open({ id: 1, purpose: 'data', scope: COLUMN, state: 'active', checkValue }, secret)]
}

function ours(): Peer {
  const cipher = new FieldCipher(COLUMN, keys())
  const row = ['1234567']
  return {
    name: 'ours (XAES-256-GCM, bound to its row)',
    encrypt: (value) => cipher.encrypt(row, value),
    decrypt: (sealed) => cipher.decrypt(row, sealed as Buffer),
  }
}

/** Median of several runs of about 0.2 s. */
async function rate(peer: Peer, kind: 'encrypt' | 'decrypt', value: Buffer): Promise<number> {
  const sealed = await peer.encrypt(value)
  const work = kind === 'encrypt' ? () => peer.encrypt(value) : () => peer.decrypt(sealed)
  let batch = 16
  const once = async (): Promise<number> => {
    const began = performance.now()
    for (let i = 0; i < batch; i += 1) {
      const done = work()
      if (done instanceof Promise) await done
    }
    return (performance.now() - began) / 1000
  }
  let took = await once()
  while (took < 0.2) {
    batch = Math.ceil(batch * Math.min(8, Math.max(2, 0.25 / Math.max(took, 1e-6))))
    took = await once()
  }
  const runs: number[] = []
  for (let i = 0; i < RUNS; i += 1) runs.push(batch / (await once()))
  return median(runs)
}

/** The batch functions on one thread and on two. */
async function threads(): Promise<void> {
  const lines = [['batch, values/s', 'one thread', `${Math.min(2, availableParallelism())} workers`, 'ratio']]
  for (const size of SIZES) {
    const own = keys()
    const cipher = new FieldCipher(COLUMN, own)
    await using pool = new WorkerBatch(COLUMN, own, { workers: Math.min(2, availableParallelism()) })
    const value = randomBytes(size)
    const cells = Array.from({ length: size > 1000 ? 20_000 : 60_000 }, (_, i) => ({ row: [i], value }))
    await pool.encryptBatch(cells.slice(0, 4000))
    const [one, two]: [number[], number[]] = [[], []]
    for (let i = 0; i < RUNS; i += 1) {
      let began = performance.now()
      cipher.encryptBatch(cells)
      one.push((cells.length / (performance.now() - began)) * 1000)
      began = performance.now()
      await pool.encryptBatch(cells)
      two.push((cells.length / (performance.now() - began)) * 1000)
    }
    lines.push([`${size} B`, whole(median(one)), whole(median(two)), (median(two) / median(one)).toFixed(2)])
  }
  print(table(lines))
}

const whole = (n: number): string => Math.round(n).toString()
const print = (line: string): void => void process.stdout.write(`${line}\n`)
