import { createHash } from 'node:crypto'
import * as z from 'zod'
import { TlogError } from '../../../../engines/tlog/errors.ts'
import type { Text } from '../../../../kernel/i18n/text.ts'
import { BundleReader } from '../pack/bundle-reader.ts'
import { type Manifest, Opening } from '../pack/pack-format.ts'
import { drawnPositions } from '../sample-pack.ts'
import { failed } from './failed.ts'
import { PackReader } from './pack-reader.ts'
import { StatedPeriods } from './stated-periods.ts'
import { type ProvedChanges, verifyChanges } from './verify-changes.ts'
import { type TrustedKeys, verifyLog } from './verify-log.ts'
import { provedOpenings } from './verify-openings.ts'
import { type ProvedPopulations, verifyPopulations } from './verify-populations.ts'

export interface PackReport {
  readonly manifest: Manifest
  /** SHA-256 of the archive, hexadecimal. */
  readonly sha256: string
  readonly cosigners: readonly { readonly name: string; readonly time: number }[]
  /** Whether the keys came from the caller; otherwise the pack vouches for itself. */
  readonly pinned: boolean
  readonly proved: ProvedPopulations & ProvedChanges & { readonly leaves: number; readonly openings: number }
  /** What a reader must know that no proof says. */
  readonly remarks: readonly Text[]
}

/** The keys that a pack names itself. */
export const keysOf = ({ log }: Manifest): TrustedKeys => ({
  log: log.verifierKey,
  witnesses: log.witnesses,
  quorum: log.quorum,
})

/**
 * Checks a pack through and through: its files against the manifest, the checkpoint against the keys, every tile and every
 * entry of the window against the checkpoint, every opened body against its entry, every population and every change of
 * findings against the bodies, and a drawing against its rule. Needs no database and no network.
 *
 * @param keys - null: those that the pack names, which its maker chose
 * @throws {BergfriedError} `verify.failed`, `verify.unreachable`
 */
export async function verifyPack(path: string, keys: TrustedKeys | null): Promise<PackReport> {
  const pack = await PackReader.open(path)
  try {
    return await verifyAll(pack, keys)
  } catch (error) {
    if (!(error instanceof TlogError || error instanceof SyntaxError || error instanceof z.ZodError)) throw error
    throw failed(
      'a file is not of the format that it should have',
      'eine Datei hat nicht das Format, das sie haben soll',
    )
  } finally {
    await pack.close()
  }
}

async function verifyAll(pack: PackReader, keys: TrustedKeys | null): Promise<PackReport> {
  const { manifest, sha256 } = pack
  const { cosigners } = await verifyLog(pack, keys ?? keysOf(manifest))
  const checks = await checksOf(pack)
  const stated = new StatedPeriods(checks.kinds)
  const openings = await verifyOpenings(pack, stated)
  const populations: ProvedPopulations = { exact: 0, withheld: 0, periods: 0 }
  for (const kind of [...checks.kinds].sort()) {
    const proved = await verifyPopulations(pack, kind, stated)
    populations.exact += proved.exact
    populations.withheld += proved.withheld
    populations.periods += proved.periods
  }
  if (stated.left > 0) {
    throw failed('a population that was collected is missing', 'eine Population, die gelesen wurde, fehlt')
  }
  const changes = await verifyChanges(pack, verdictsOf(pack), checks.ids)
  await verifyWindow(pack)
  await verifyCounts(pack, populations, changes)
  await verifyDrawing(pack)
  const leaves =
    manifest.window.positions === null ? 0 : manifest.window.positions[1] - manifest.window.positions[0] + 1
  const proved = { leaves, openings: openings.count, ...populations, ...changes }
  return {
    manifest,
    sha256,
    cosigners,
    pinned: keys !== null,
    proved,
    remarks: remarksOf(pack, keys, proved, openings),
  }
}

const ToldPolicy = z.object({ controls: z.array(z.object({ id: z.string(), checks: z.array(z.string()) })) })
const ToldCheck = z.object({ id: z.string(), reads: z.array(z.string()), fleet: z.array(z.string()).default([]) })

/** The checks of the pack: those of the controls that it is about, all of them. */
async function checksOf(pack: PackReader): Promise<{ ids: Set<string>; kinds: Set<string> }> {
  const { manifest } = pack
  const policy = await pack.file('policy/policy.json')
  if (createHash('sha256').update(policy).digest('hex') !== manifest.policy) {
    throw failed('the policy is another one', 'die Richtlinie ist eine andere')
  }
  const { controls } = ToldPolicy.parse(json(policy))
  const chosen = controls.filter((c) => manifest.controls.includes(c.id))
  const wanted = new Set(chosen.flatMap((c) => c.checks))
  const ids = new Set<string>()
  const kinds = new Set<string>()
  for (const name of pack.names('policy/checks')) {
    const check = ToldCheck.parse(json(await pack.file(name)))
    ids.add(check.id)
    for (const kind of [...check.reads, ...check.fleet]) kinds.add(kind)
  }
  const known = chosen.length === manifest.controls.length && (!manifest.complete || chosen.length === controls.length)
  if (!known || ids.size !== wanted.size || [...wanted].some((id) => !ids.has(id))) {
    throw failed(
      'the checks are not those of the controls that the pack is about',
      'die Prüfungen sind nicht die der Zusagen, um die es geht',
    )
  }
  return { ids, kinds }
}

const json = (bytes: Uint8Array): unknown => JSON.parse(Buffer.from(bytes).toString('utf8'))

const Statement = z.object({ policy: z.string() })

async function verifyOpenings(
  pack: PackReader,
  stated: StatedPeriods,
): Promise<{ count: number; otherPolicy: number }> {
  const { manifest } = pack
  const opened: Record<string, number> = {}
  let count = 0
  let otherPolicy = 0
  for await (const opening of provedOpenings(pack)) {
    count++
    opened[opening.kind] = (opened[opening.kind] ?? 0) + 1
    if (opening.kind === 'collection') stated.add(opening)
    if (opening.kind === 'statement' || opening.kind === 'states') {
      if (Statement.safeParse(JSON.parse(opening.body)).data?.policy !== manifest.policy) otherPolicy++
    }
  }
  const same = (a: Record<string, number>, b: Record<string, number>) =>
    Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([kind, n]) => b[kind] === n)
  if (!same(opened, manifest.counts.opened)) {
    throw failed('the manifest counts other openings', 'das Manifest zählt andere Öffnungen')
  }
  const { positions } = manifest.window
  const leaves = positions === null ? 0 : positions[1] - positions[0] + 1
  if (manifest.counts.leaves !== leaves || (manifest.complete && count + manifest.counts.lost !== leaves)) {
    throw failed('the pack calls itself complete and is not', 'das Paket nennt sich vollständig und ist es nicht')
  }
  return { count, otherPolicy }
}

/** The opened entries of judgements, which were compared with their leaves before. */
async function* verdictsOf(pack: PackReader): AsyncGenerator<Opening> {
  for await (const opening of pack.lines('openings', Opening)) if (opening.kind === 'verdicts') yield opening
}

/** The window begins and ends with an entry of its time: it was not made shorter than it says. */
async function verifyWindow(pack: PackReader): Promise<void> {
  const { window, checkpoint } = pack.manifest
  const leaves = new BundleReader(pack.readTile, checkpoint.size)
  for (const position of window.positions ?? []) {
    const { at } = Leaf.parse(json(await leaves.at(position)))
    if (at < window.from || at > window.to) {
      throw failed(
        'the window is not the one that the manifest names',
        'das Fenster ist nicht das, das das Manifest nennt',
      )
    }
  }
}

const Leaf = z.object({ at: z.iso.datetime() })

async function verifyCounts(pack: PackReader, facts: ProvedPopulations, changes: ProvedChanges): Promise<void> {
  const { counts } = pack.manifest
  const linesOf = async (folder: string): Promise<number> => {
    let count = 0
    for await (const _ of pack.lines(folder, z.looseObject({}))) count++
    return count
  }
  const right =
    facts.exact + facts.withheld === counts.facts &&
    facts.withheld === counts.withheld &&
    counts.inexact === 0 &&
    facts.periods === counts.periods &&
    changes.lines === counts.changes &&
    (await linesOf('findings/rows')) === counts.findings &&
    (await linesOf('decisions/exceptions')) === counts.exceptions &&
    (await linesOf('decisions/attestations')) === counts.attestations &&
    (await linesOf('personal')) === counts.personal
  if (!right) throw failed('the manifest counts wrongly', 'das Manifest zählt falsch')
}

/** What was drawn when the pack was made must be what the rule draws. */
async function verifyDrawing(pack: PackReader): Promise<void> {
  const { sample } = pack.manifest
  if (sample === null) return
  const drawn = await drawnPositions(pack, sample)
  if (drawn.population !== sample.population || drawn.positions.join() !== sample.drawn.join()) {
    throw failed(
      'the sample is not the one that its seed draws',
      'die Stichprobe ist nicht die, die ihr Startwert zieht',
    )
  }
}

function remarksOf(
  { manifest }: PackReader,
  keys: TrustedKeys | null,
  proved: PackReport['proved'],
  { otherPolicy }: { otherPolicy: number },
): Text[] {
  const { counts } = manifest
  const found: (Text | false)[] = [
    keys === null && {
      de: 'Die Schlüssel stammen aus dem Paket selbst. Wer sie unabhängig kennt, gibt sie an.',
      en: 'The keys come from the pack itself. Whoever knows them independently states them.',
    },
    manifest.log.quorum === 0 && {
      de: 'Kein Zeuge musste bestätigen: der Betreiber könnte anderen ein anderes Protokoll zeigen.',
      en: 'No witness had to confirm: the operator could show others another log.',
    },
    !manifest.complete && {
      de: 'Geöffnet ist, was die gewählten Zusagen betrifft. Dass nichts davon fehlt, zeigt nur ein Paket über alle Zusagen.',
      en: 'Opened is what concerns the chosen controls. That nothing of it is missing only a pack about all controls can show.',
    },
    counts.lost > 0 && {
      de: `Von ${counts.lost} Einträgen hat die Datenbank den Inhalt verloren; das Protokoll hat sie noch.`,
      en: `Of ${counts.lost} entries the database lost the body; the log still has them.`,
    },
    proved.withheld > 0 && {
      de: `Die Werte von ${proved.withheld} Fakten über Personen sind zurückgehalten; bewiesen ist ihre Kennung.`,
      en: `The values of ${proved.withheld} facts about people are held back; their identity is proved.`,
    },
    proved.shared > 0 && {
      de: `${proved.shared} Urteile über große Flotten sind nicht einzeln mit ihren Zeilen verglichen.`,
      en: `${proved.shared} judgements of large fleets are not compared with their rows one by one.`,
    },
    otherPolicy > 0 && {
      de: `${otherPolicy} Aussagen sprechen von einer früheren Fassung der Richtlinie als der beigelegten.`,
      en: `${otherPolicy} statements speak of an earlier version of the policy than the enclosed one.`,
    },
    manifest.personal === 'open' && {
      de: 'Was in personal/ und decisions/ über Personen steht, ist die Angabe des Betreibers.',
      en: "What personal/ and decisions/ say of people is the operator's word.",
    },
  ]
  return found.filter((remark) => remark !== false)
}
