import { createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { COSIGNATURE_ED25519, ED25519, type NoteSigner, verifierKey } from '../../engines/tlog/note.ts'
import { median, quantile, table } from '../median.ts'
import { appendSeconds, hashSeconds, treeSeconds } from './appends.ts'
import { browserTimes } from './browser.ts'
import { ENTRY_BYTES, makeEntries } from './entries.ts'
import { proofTimes } from './proofs.ts'
import { buildTessera, type Tessera, tesseraSeconds } from './tessera.ts'

const RUNS = 5
/** Entries per batch, entries of a run. */
const LOADS = [
  [1, 1000],
  [256, 51_200],
  [4096, 409_600],
] as const
const PROOF_SIZE = 10_000_000

/**
 * The log: durable appends with a signed checkpoint for each batch, beside bare SHA-256 of the same bytes and beside
 * Tessera on the same disk; proofs from the tiles of ten million entries. The first argument names the disk: a folder.
 */
export async function run(args: readonly string[]): Promise<void> {
  const disk = args[0] ?? '/var/tmp'
  const tools = await mkdtemp(join(tmpdir(), 'bergfried-bench-'))
  try {
    const tessera = buildTessera(tools)
    await appends(disk, tools, tessera)
    await proofs(disk)
  } finally {
    await rm(tools, { recursive: true, force: true })
  }
}

async function appends(disk: string, tools: string, tessera: Tessera): Promise<void> {
  const durable = [
    ['batch', 'a head per batch/s', 'a head per second/s', 'Tessera, a head per second/s', 'ours : Tessera'],
  ]
  const hashing = [['batch', 'SHA-256/s', 'as bytes/s', 'tree alone/s', 'tree', 'as bytes', 'durable', 'as bytes']]
  for (const [batch, count] of LOADS) {
    const { own, shared, other, tree, text, raw } = await measure(disk, tools, tessera, batch, count)
    durable.push([
      String(batch),
      perSecond(count, own),
      perSecond(count, shared),
      other === null ? '-' : perSecond(count, other),
      other === null ? '-' : (other / shared).toFixed(1),
    ])
    hashing.push([
      String(batch),
      ...[text, raw, tree].map((seconds) => perSecond(count, seconds)),
      ...[tree / text, tree / raw, shared / text, shared / raw].map((times) => times.toFixed(1)),
    ])
  }
  print(`durable appends of ${ENTRY_BYTES} bytes with signed checkpoints, medians of ${RUNS} runs, on ${disk}`)
  print(table(durable))
  if (tessera.missing !== null) print(`Tessera: not measured (${tessera.missing})`)
  print(
    'bare SHA-256 of the same entries, each for itself: digest as text, the fastest of Node, and as bytes, the usual;',
  )
  print('how many times as long the tree in memory takes, and durable appends with a head per second')
  print(table(hashing))
}

/** Medians in seconds; all that is compared takes turns, so that what else the machine does meets all of it. */
async function measure(disk: string, tools: string, tessera: Tessera, batch: number, count: number) {
  const log = signer('log.example.com/bench', ED25519, 1)
  const { bytes, entries } = makeEntries(count)
  const file = join(tools, 'entries')
  await writeFile(file, bytes)
  // Once without being counted: compiled code, a warm page cache.
  await appendSeconds(disk, entries.slice(0, 20 * batch), batch, log, 0)
  await hashSeconds(entries, 'hex')
  const times: Record<'own' | 'shared' | 'other' | 'tree' | 'text' | 'raw', number[]> = {
    own: [],
    shared: [],
    other: [],
    tree: [],
    text: [],
    raw: [],
  }
  for (let i = 0; i < RUNS; i++) {
    times.text.push(await hashSeconds(entries, 'hex'))
    times.raw.push(await hashSeconds(entries, 'buffer'))
    times.tree.push(await treeSeconds(entries, batch))
    times.own.push(await appendSeconds(disk, entries, batch, log, 0))
    times.shared.push(await appendSeconds(disk, entries, batch, log, 1))
    if (tessera.program !== null) times.other.push(await tesseraSeconds(tessera.program, disk, file, count, batch))
  }
  return {
    own: median(times.own),
    shared: median(times.shared),
    other: times.other.length === 0 ? null : median(times.other),
    tree: median(times.tree),
    text: median(times.text),
    raw: median(times.raw),
  }
}

async function proofs(disk: string): Promise<void> {
  const log = signer('log.example.com/bench', ED25519, 1)
  const witnesses = [2, 3].map((n) => signer(`witness.example.org/w${n}`, COSIGNATURE_ED25519, n))
  const { made, checked, verified, sample } = await proofTimes(disk, PROOF_SIZE, log, witnesses)
  const row = (what: string, times: readonly number[]): string[] => [
    what,
    (times[0] ?? Number.NaN).toFixed(3),
    median(times).toFixed(3),
    quantile(times, 0.95).toFixed(3),
  ]
  const visited = await browserTimes(sample)
  print(`inclusion proofs at ${PROOF_SIZE} entries, from tiles on the disk, milliseconds`)
  print(
    table([
      ['', 'first', 'median', 'p95'],
      row('made', made),
      row('checked', checked),
      row('offline proof verified, 2 witnesses', verified),
      ...(typeof visited === 'string' ? [] : [row('the same in Chromium', visited)]),
    ]),
  )
  if (typeof visited === 'string') print(visited)
}

const perSecond = (count: number, seconds: number): string => Math.round(count / seconds).toString()
const print = (line: string): boolean => process.stdout.write(`${line}\n`)

/** A signer with a key that everybody knows. */
function signer(name: string, type: number, seed: number): NoteSigner {
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, seed)])
  const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
  const raw = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32)
  return { key: verifierKey(name, type, new Uint8Array(raw)), sign: (message) => sign(null, message, key) }
}
