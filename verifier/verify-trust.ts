import { toBase64, utf8 } from '../engines/tlog/bytes.ts'
import { type Checkpoint, openCheckpoint } from '../engines/tlog/checkpoint.ts'
import { type Cosigner, verifyWitnessed } from '../engines/tlog/cosignature.ts'
import { leafHash } from '../engines/tlog/merkle.ts'
import { type OfflineProof, parseProof } from '../engines/tlog/offline-proof.ts'
import { verifyInclusion } from '../engines/tlog/proof.ts'
import { lookIntoLog } from './head-steps.ts'
import type { ReadLog } from './log-source.ts'
import {
  type Believed,
  believedOf,
  FIRST_CONTACT,
  logStep,
  needSignatures,
  type Pinned,
  witnessStep,
} from './log-steps.ts'
import { failedStep, Refuted } from './refuse.ts'
import { both, type Remembered, type Result, resultOf, type Seal, type Step, step, type Text } from './result.ts'
import { freshStep, joinParts, type Sealed, shownStep } from './statement-steps.ts'
import { type Evidence, parseTrust } from './trust-document.ts'

export interface TrustOptions {
  readonly now: Date
  readonly pinned: Pinned
  /** What was kept from the last time, or null. */
  readonly remembered: Remembered | null
  /** Opens the log at a path of the page's host; null: nothing but the document is looked at. */
  readonly openLog: ((path: string) => ReadLog) | null
  /** Most bundles of 256 entries that are read in search of a newer statement. */
  readonly mostBundles: number
}

/** The steps so far, and the data that later ones need. A step that fails ends the way there. */
interface Progress {
  readonly steps: Step[]
}

/**
 * Checks that what a trust page shows is what was sealed: entries in the log, the checkpoint signed and witnessed, every
 * sentence and state as the statement says, still valid, and the log only ever grown since the last visit.
 *
 * @param json - the text of `/trust.json`
 */
export async function verifyTrust(json: string, options: TrustOptions): Promise<Result> {
  const progress: Progress = { steps: [] }
  const document = attempt(progress, 'format', TEXTS.format, () => parseTrust(json))
  if (document === null) return resultOf(progress.steps, null, null)
  progress.steps.push(step('format', true, TEXTS.format.yes))
  const { evidence } = document
  if (evidence === null || evidence.statements.length === 0) {
    progress.steps.push(step('evidence', null, TEXTS.evidence.open))
    return resultOf(progress.steps, null, null)
  }
  const named = { ...evidence, witnesses: evidence.witnesses.map((w) => w.verifierKey) }
  const believed = attempt(progress, 'log', TEXTS.log, () => originOf(believedOf(named, options.pinned), evidence))
  if (believed === null) return resultOf(progress.steps, null, null)
  progress.steps.push(logStep(named, options.pinned, options.remembered, FIRST_CONTACT))

  const opened = await openPage(progress, evidence, believed)
  if (opened === null) return resultOf(progress.steps, null, null)
  const { page, cosigners, proofs } = opened
  progress.steps.push(witnessStep(believed, cosigners, named, options.remembered))
  progress.steps.push(inclusionStep(evidence, proofs, page))
  const sealed = attempt(progress, 'statement', TEXTS.statement, () =>
    joinParts(evidence.statements.map((s) => s.entry)),
  )
  if (sealed === null) return resultOf(progress.steps, null, null)
  progress.steps.push(step('statement', true, TEXTS.statement.yes))
  progress.steps.push(shownStep(document, sealed, options.now), freshStep(sealed, options.now))

  const entries = proofs.map((proof) => proof.index)
  const seal = sealOf(evidence, entries, page, sealed, cosigners, believed)
  const { openLog, remembered, now, mostBundles } = options
  if (openLog === null) return resultOf(progress.steps, seal, null)
  const readLog = openLog(evidence.log)
  const last = Math.max(...entries)
  const known = remembered?.verifierKey === named.verifierKey ? remembered : null
  progress.steps.push(...(await lookIntoLog({ page, believed, remembered: known, readLog, last, now, mostBundles })))
  return resultOf(progress.steps, seal, rememberOf(named, page, options))
}

/** The text for each outcome of a step. */
interface StepTexts {
  readonly yes: Text
  readonly no: Text
  readonly open: Text
}

const cannot = both('Das ließ sich nicht prüfen.', 'This could not be checked.')
const TEXTS = {
  format: {
    yes: both('Die Daten haben genau die erwartete Form.', 'The data have exactly the expected form.'),
    no: both('Die Daten haben nicht die erwartete Form.', 'The data do not have the expected form.'),
    open: cannot,
  },
  evidence: {
    open: both(
      'Die Seite zeigt keine versiegelte Aussage. Es gibt nichts zu prüfen, und nichts ist bewiesen.',
      'The page shows no sealed statement. There is nothing to verify, and nothing is proved.',
    ),
  },
  log: {
    yes: cannot,
    no: both('Die Angaben zum Protokoll stimmen nicht.', 'What is said of the log is wrong.'),
    open: cannot,
  },
  checkpoint: {
    yes: both('Der Prüfpunkt ist vom Protokoll unterschrieben.', 'The checkpoint is signed by the log.'),
    no: both('Der Prüfpunkt ist nicht echt.', 'The checkpoint is not genuine.'),
    open: both('Die Unterschriften ließen sich hier nicht prüfen.', 'The signatures could not be verified here.'),
  },
  statement: {
    yes: both('Die versiegelte Aussage ist vollständig.', 'The sealed statement is complete.'),
    no: both('Die versiegelte Aussage ist unvollständig oder keine.', 'The sealed statement is incomplete or none.'),
    open: cannot,
  },
} as const

function attempt<T>(progress: Progress, id: Step['id'], texts: StepTexts, work: () => T): T | null {
  try {
    return work()
  } catch (error) {
    progress.steps.push(failedStep(id, texts, error))
    return null
  }
}

function originOf(believed: Believed, evidence: Evidence): Believed {
  if (believed.log.name === evidence.origin) return believed
  throw new Refuted(both('Name und Schlüssel des Protokolls passen nicht.', 'Name and key of the log do not fit.'))
}

/** Opens the one checkpoint under which all parts are proved. */
async function openPage(
  progress: Progress,
  evidence: Evidence,
  believed: Believed,
): Promise<{ page: Checkpoint; cosigners: readonly Cosigner[]; proofs: readonly OfflineProof[] } | null> {
  try {
    needSignatures()
    const proofs = evidence.statements.map((s) => parseProof(s.proof))
    const note = proofs[0]?.note ?? ''
    if (proofs.some((p) => p.note !== note)) {
      throw new Refuted(both('Die Teile nennen verschiedene Prüfpunkte.', 'The parts name different checkpoints.'))
    }
    if (proofs.some((p) => p.extra !== undefined)) {
      throw new Refuted(both('Ein Nachweis trägt Ungeprüftes mit sich.', 'A proof carries something unproved.'))
    }
    const page = await openCheckpoint(note, believed.log)
    const { cosigners } = await verifyWitnessed(note, { ...believed, quorum: 0 })
    const detail = both(`${page.origin}, ${page.size} Einträge.`, `${page.origin}, ${page.size} entries.`)
    progress.steps.push(step('checkpoint', true, TEXTS.checkpoint.yes, detail))
    return { page, cosigners, proofs }
  } catch (error) {
    progress.steps.push(failedStep('checkpoint', TEXTS.checkpoint, error))
    return null
  }
}

function inclusionStep(evidence: Evidence, proofs: readonly OfflineProof[], page: Checkpoint): Step {
  const { size, root } = page
  const missing = proofs.filter(({ index, proof }, i) => {
    const leaf = leafHash(utf8(evidence.statements[i]?.entry ?? ''))
    return !verifyInclusion({ leaf, index, size, proof, root })
  })
  const places = proofs.map((p) => p.index).join(', ')
  return missing.length === 0
    ? step(
        'inclusion',
        true,
        both(`Die Aussage steht im Protokoll, Eintrag ${places}.`, `The statement is in the log, entry ${places}.`),
      )
    : step(
        'inclusion',
        false,
        both('Die Aussage steht so nicht im Protokoll.', 'The statement is not in the log like this.'),
        both(`Eintrag ${places}, ${size} Einträge.`, `Entry ${places}, ${size} entries.`),
      )
}

function sealOf(
  evidence: Evidence,
  entries: readonly number[],
  page: Checkpoint,
  sealed: Sealed,
  cosigners: readonly Cosigner[],
  believed: Believed,
): Seal {
  return {
    origin: evidence.origin,
    verifierKey: evidence.verifierKey,
    entries,
    size: page.size,
    root: toBase64(page.root),
    at: sealed.at,
    validUntil: sealed.validUntil,
    witnesses: cosigners.map(({ name, time }) => ({ name, at: new Date(time * 1000).toISOString() })),
    quorum: believed.quorum,
  }
}

/**
 * Witnesses are remembered as first met, so that a change goes on being told until the reader takes it over. Of the
 * checkpoints the page's is kept, not the log's newest: caches between here and there may lag by seconds.
 */
function rememberOf(named: Omit<Remembered, 'size' | 'root'>, page: Checkpoint, options: TrustOptions): Remembered {
  const { remembered, pinned } = options
  const taken = pinned.verifierKey !== null || pinned.witnesses !== null || pinned.quorum !== null
  const { verifierKey, witnesses, quorum } = remembered === null || taken ? named : remembered
  return { verifierKey, witnesses, quorum, size: page.size, root: toBase64(page.root) }
}
