import { tilePath } from '../../../engines/tlog/tile.ts'
import type { Check } from '../../../kernel/check/check.ts'
import type { StagePool, Transaction } from '../../../kernel/db/database.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import type { Json } from '../../../kernel/ledger/canonical-json.ts'
import { leafOf } from '../../../kernel/ledger/leaf.ts'
import { policyDigest } from '../../../kernel/policy/policy-digest.ts'
import type { Policy } from '../../../kernel/policy/policy-schema.ts'
import { snapshot } from './cursor.ts'
import { BundleReader } from './pack/bundle-reader.ts'
import { writeDecisions } from './pack/decisions.ts'
import { entriesOf, openingOf, windowOf } from './pack/entries.ts'
import { writeFindings } from './pack/findings.ts'
import { neededBundles, neededTiles } from './pack/needed-tiles.ts'
import type { Manifest } from './pack/pack-format.ts'
import { PackWriter } from './pack/pack-writer.ts'
import { writePersonal } from './pack/personal.ts'
import { writePopulations } from './pack/populations.ts'
import { packReadme } from './pack/readme-text.ts'
import { type SampleWish, writeSample } from './pack/sample.ts'
import { type LogView, type PublishedLog, viewOf } from './published-log.ts'
import { type Scope, scopeOf } from './scope.ts'
import type { Sink } from './sink.ts'

export interface PackInput {
  /** As `bf_audit`. */
  readonly audit: StagePool
  readonly log: PublishedLog
  readonly policy: Policy
  readonly checks: ReadonlyMap<string, Check>
  readonly from: Date
  readonly to: Date
  /** Ids of controls; null: all. */
  readonly controls: readonly string[] | null
  /** Also tells names, reasons and documents in clear. Whoever asks for it records it, see record-export.ts. */
  readonly openPersonal: boolean
  readonly sample: SampleWish | null
}

export interface ExportedPack {
  readonly manifest: Manifest
  /** SHA-256 of the archive, hexadecimal. */
  readonly sha256: string
  readonly bytes: number
}

/**
 * Writes an auditor's pack: see README.md for what is in it. Everything is read from one state of the database and one
 * checkpoint, and passes through in pages; the same input gives the same bytes.
 *
 * @throws {BergfriedError} `control.unknown`, `export.invalid`, `evidence.not_sealed`, `evidence.store`, `evidence.diverged`
 */
export async function exportPack(input: PackInput, sink: Sink): Promise<ExportedPack> {
  if (input.from > input.to) {
    throw new BergfriedError('export.invalid', {
      reason: 'the window ends before it begins',
      reasonDe: 'das Fenster endet, bevor es beginnt',
    })
  }
  const scope = scopeOf(input.policy, input.checks, input.controls)
  const view = await viewOf(input.log)
  return snapshot(input.audit, async (tx) => {
    await using pack = await PackWriter.begin(sink)
    const { from, to, openPersonal } = input
    const positions = await windowOf(tx, from, to, view.checkpoint.size)
    await pack.add('README.txt', packReadme())
    await writeLog(pack, view, positions)
    await writePolicy(pack, input.policy, scope)
    const openings = await writeOpenings(tx, pack, { scope, view, positions })
    const { kinds } = scope
    const populations = await writePopulations(tx, pack, { kinds, from, to, positions, openPersonal })
    const findings = await writeFindings(tx, pack, { scope, from, to, positions })
    const decisions = await writeDecisions(tx, pack, { scope, from, to, openPersonal })
    const personal = openPersonal && positions !== null ? await writePersonal(tx, pack, scope, positions) : 0
    const sample = await sampleOf(tx, pack, input, { scope, view, positions, opened: openings.opened })
    const counts = { ...openings, ...populations, ...findings, ...decisions, personal }
    const head = headOf(input, scope, view, positions)
    let manifest: Manifest | null = null
    const written = await pack.finish((digests) => {
      manifest = { ...head, counts, sample, ...digests }
      return manifest as Json
    })
    if (manifest === null) throw new Error('a pack has a manifest')
    return { manifest, ...written }
  })
}

type Positions = readonly [number, number] | null

function headOf(input: PackInput, scope: Scope, view: LogView, positions: Positions) {
  const { origin, verifierKey, witnesses, quorum } = input.log.identity
  const { size, root } = view.checkpoint
  return {
    format: 'bergfried-pack/1',
    log: { origin, verifierKey, witnesses: witnesses.map((w) => w.verifierKey), quorum },
    checkpoint: { size, root: Buffer.from(root).toString('base64') },
    window: {
      from: input.from.toISOString(),
      to: input.to.toISOString(),
      positions: positions === null ? null : ([...positions] as [number, number]),
    },
    controls: scope.controls.map((c) => c.id),
    complete: scope.all,
    policy: policyDigest(input.policy),
    personal: input.openPersonal ? 'open' : 'sealed',
  } as const
}

/** The files of the log, byte for byte as it serves them. */
async function writeLog(pack: PackWriter, view: LogView, positions: Positions): Promise<void> {
  await pack.add('log/checkpoint', view.note)
  const { size } = view.checkpoint
  for (const id of neededTiles(positions, size)) await pack.add(`log/${tilePath(id)}`, await view.readTile(id))
  for (const id of neededBundles(positions, size)) await pack.add(`log/${tilePath(id)}`, await view.readTile(id))
}

/** `policy.json` has the digest that statements name; a check's file holds its SQL as it is run. */
async function writePolicy(pack: PackWriter, policy: Policy, scope: Scope): Promise<void> {
  for (const check of scope.checks) {
    const { examples: _, ...told } = check
    await pack.addJson(`policy/checks/${check.id}.json`, told as unknown as Json)
  }
  await pack.addJson('policy/policy.json', policy as unknown as Json)
}

/** Opens the entries that concern the scope; each must be the leaf that the log holds. */
async function writeOpenings(
  tx: Transaction,
  pack: PackWriter,
  { scope, view, positions }: { scope: Scope; view: LogView; positions: Positions },
): Promise<{ leaves: number; opened: Record<string, number>; lost: number }> {
  const opened: Record<string, number> = {}
  let lost = 0
  if (positions === null) return { leaves: 0, opened, lost }
  const lines = pack.lines('openings')
  const leaves = new BundleReader(view.readTile, view.checkpoint.size)
  for await (const entry of entriesOf(tx, scope, positions)) {
    if (Buffer.compare(await leaves.at(entry.position), leafOf(entry)) !== 0) {
      throw new BergfriedError('evidence.diverged', {
        reason: `entry ${entry.position} is another one in the database than in the log`,
        reasonDe: `der Eintrag ${entry.position} ist in der Datenbank ein anderer als im Protokoll`,
      })
    }
    if (entry.body === null) lost++
    else {
      opened[entry.kind] = (opened[entry.kind] ?? 0) + 1
      await lines.add(openingOf({ ...entry, body: entry.body }))
    }
  }
  await lines.close()
  return { leaves: positions[1] - positions[0] + 1, opened, lost }
}

async function sampleOf(
  tx: Transaction,
  pack: PackWriter,
  input: PackInput,
  found: { scope: Scope; view: LogView; positions: Positions; opened: Readonly<Record<string, number>> },
): Promise<Manifest['sample']> {
  if (input.sample === null) return null
  const { positions, ...rest } = found
  if (positions === null) {
    throw new BergfriedError('export.invalid', {
      reason: 'the window holds no published entry to draw from',
      reasonDe: 'im Fenster liegt kein veröffentlichter Eintrag, aus dem gezogen werden könnte',
    })
  }
  return writeSample(tx, pack, { ...rest, wish: input.sample, window: positions, identity: input.log.identity })
}
