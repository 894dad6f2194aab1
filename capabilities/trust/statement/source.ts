import { fromUtf8 } from '../../../engines/tlog/bytes.ts'
import { parseCheckpoint } from '../../../engines/tlog/checkpoint.ts'
import { parseNote } from '../../../engines/tlog/note.ts'
import type { RouteDeps } from '../../../kernel/http/route.ts'
import type { EvidenceLog } from '../../../kernel/ledger/evidence-log.ts'
import type { Standing } from '../../../trust-page/words.ts'
import { NOTHING_PINNED } from '../../../verifier/log-steps.ts'
import { Refuted } from '../../../verifier/refuse.ts'
import type { Seal } from '../../../verifier/result.ts'
import { joinParts, type Sealed } from '../../../verifier/statement-steps.ts'
import type { TrustDocument } from '../../../verifier/trust-document.ts'
import { verifyTrust } from '../../../verifier/verify-trust.ts'
import { asTold, evidenceOf, unmeasured } from './document.ts'
import { latestStatement, type StatementPart } from './latest.ts'

/** What the page can say under one published checkpoint. */
export interface Source {
  /** The checkpoint's note, or null where there is none. */
  readonly note: string | null
  readonly document: TrustDocument
  readonly standing: Exclude<Standing, 'expired'>
  readonly seal: Seal | null
}

export type SourceDeps = Pick<RouteDeps, 'database' | 'policy' | 'clock' | 'evidence' | 'demo'>

/** The published checkpoint, or null where there is none yet. */
export async function publishedNote(evidence: EvidenceLog | null): Promise<string | null> {
  const bytes = (await evidence?.read('checkpoint')) ?? null
  return bytes === null ? null : fromUtf8(bytes)
}

/** Looks up the newest sealed statement, and shows of it only what passes the same verification that readers run. */
export async function sourceOf(deps: SourceDeps, note: string | null): Promise<Source> {
  const { policy, evidence, clock, database } = deps
  const now = clock.now()
  const without = (standing: Source['standing']): Source => {
    const named = evidence === null ? null : evidenceOf(evidence.identity)
    return { note, document: unmeasured(policy, named, now, deps.demo), standing, seal: null }
  }
  if (evidence === null) return without('none')
  if (note === null) return without('unsealed')
  const { size } = parseCheckpoint(parseNote(note).text)
  const parts = await latestStatement(database.stage('bf_publish'), size)
  if (parts === null) return without('unsealed')
  const sealed = read(parts)
  if (sealed === null) return without('refuted')
  const told = asTold(policy, sealed, evidenceOf(evidence.identity))
  if (told === null) return without('changed')
  const document = await withProofs(told, parts, evidence)
  const checked = await verifyTrust(JSON.stringify(document), {
    now,
    pinned: NOTHING_PINNED,
    remembered: null,
    openLog: null,
    mostBundles: 0,
  })
  if (checked.answer === 'fails' || checked.seal === null) return without('refuted')
  return { note, document, standing: 'sealed', seal: checked.seal }
}

function read(parts: readonly StatementPart[]): Sealed | null {
  try {
    return joinParts(parts.map((part) => part.entry))
  } catch (error) {
    if (error instanceof Refuted) return null
    throw error
  }
}

const ATTEMPTS = 3

/** A proof for each part, all under one checkpoint: the log may publish the next one while they are made. */
async function withProofs(
  document: TrustDocument,
  parts: readonly StatementPart[],
  evidence: EvidenceLog,
): Promise<TrustDocument> {
  let statements: { entry: string; proof: string }[] = []
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = await publishedNote(evidence)
    statements = []
    for (const { position, entry } of parts) statements.push({ entry, proof: await evidence.proofOf(position) })
    if ((await publishedNote(evidence)) === before) break
  }
  return { ...document, evidence: { ...evidenceOf(evidence.identity), statements } }
}
