import { toBase64, utf8 } from '../engines/tlog/bytes.ts'
import { openCheckpoint } from '../engines/tlog/checkpoint.ts'
import { verifyWitnessed } from '../engines/tlog/cosignature.ts'
import { leafHash } from '../engines/tlog/merkle.ts'
import { parseProof } from '../engines/tlog/offline-proof.ts'
import { verifyInclusion } from '../engines/tlog/proof.ts'
import { fromHex, hex, hmacSha256 } from './digest.ts'
import { isPublic, type PrivateLeaf, parseLeaf, type StatementLeaf } from './leaf.ts'
import { believedOf, logStep, type Named, NOBODYS_KEY, needSignatures, type Pinned, witnessStep } from './log-steps.ts'
import { failedStep, Refuted } from './refuse.ts'
import { both, type Remembered, type Result, resultOf, type Seal, type Step, type StepId, step } from './result.ts'
import { list, object, oneOf, parseJson, type Reader, string } from './shape.ts'
import { entryText, hexDigest, proofText, quorum, verifierKeyText } from './trust-document.ts'

const MOST_BUNDLE = 2 * 1024 * 1024

const bundle = object(
  {
    format: oneOf('bergfried-evidence/1'),
    entry: entryText,
    proof: proofText,
    log: verifierKeyText,
    witnesses: list(verifierKeyText, 100),
    quorum,
    opening: object({ body: string(60_000, /^/), salt: hexDigest }),
  },
  ['opening'],
)

type Read<R> = R extends Reader<infer T> ? T : never
type Bundle = Read<typeof bundle>

export interface BundleOptions {
  readonly pinned: Pinned
  /** What is remembered of the log with this verifier key or this name, or null. */
  readonly remembered: (verifierKey: string) => Remembered | null
}

export interface BundleResult extends Result {
  /** The entry that the bundle is about, where it could be read. */
  readonly entry: string | null
  /** What the entry commits to, where it was opened. */
  readonly body: string | null
}

const no = both('Der Nachweis stimmt nicht.', 'The proof is wrong.')
const open = both('Das ließ sich nicht prüfen.', 'This could not be checked.')

/** Checks one entry with its proof, without a network. @param json - the text of the file */
export async function verifyBundle(json: string, options: BundleOptions): Promise<BundleResult> {
  const steps: Step[] = []
  let [id, entry, body, seal]: [StepId, string | null, string | null, Seal | null] = ['format', null, null, null]
  try {
    const read: Bundle = bundle(parseJson(json, MOST_BUNDLE, 'bundle'), 'bundle')
    entry = read.entry
    const { index, proof, note } = parseProof(read.proof)
    const leaf = parseLeaf(read.entry)
    steps.push(
      step('format', true, both('Die Datei hat genau die erwartete Form.', 'The file has exactly the expected form.')),
    )

    id = 'log'
    const named: Named = { verifierKey: read.log, witnesses: read.witnesses, quorum: read.quorum }
    const remembered = options.remembered(read.log)
    const believed = believedOf(named, options.pinned)
    steps.push(logStep(named, options.pinned, remembered, NOBODYS_KEY))

    id = 'checkpoint'
    needSignatures()
    const { size, root, origin } = await openCheckpoint(note, believed.log)
    const { cosigners } = await verifyWitnessed(note, { ...believed, quorum: 0 })
    const under = both(`${origin}, ${size} Einträge.`, `${origin}, ${size} entries.`)
    steps.push(
      step(
        'checkpoint',
        true,
        both('Der Prüfpunkt ist vom Protokoll unterschrieben.', 'The checkpoint is signed by the log.'),
        under,
      ),
    )
    steps.push(witnessStep(believed, cosigners, named, remembered))

    id = 'inclusion'
    if (!verifyInclusion({ leaf: leafHash(utf8(read.entry)), index, size, proof, root })) {
      throw new Refuted(both('Der Eintrag steht so nicht im Protokoll.', 'The entry is not in the log like this.'))
    }
    steps.push(
      step(
        'inclusion',
        true,
        both(`Der Eintrag steht im Protokoll, als Nummer ${index}.`, `The entry is in the log, as number ${index}.`),
      ),
    )
    seal = {
      origin,
      verifierKey: read.log,
      entries: [index],
      size,
      root: toBase64(root),
      at: leaf.at,
      validUntil: isPublic(leaf) ? leaf.body.validUntil : null,
      witnesses: cosigners.map(({ name, time }) => ({ name, at: new Date(time * 1000).toISOString() })),
      quorum: believed.quorum,
    }

    id = 'opening'
    steps.push(openingStep(leaf, read.opening))
    body = read.opening?.body ?? null
  } catch (error) {
    steps.push(failedStep(id, { no, open }, error))
  }
  const result = resultOf(steps, seal, null)
  return { ...result, entry, body: result.answer === 'fails' ? null : body }
}

/** Whether body and salt are what a private entry commits to. */
function openingStep(leaf: StatementLeaf | PrivateLeaf, opening: Bundle['opening']): Step {
  if (isPublic(leaf)) {
    if (opening !== undefined)
      throw new Refuted(both('Ein öffentlicher Eintrag hat nichts zu öffnen.', 'A public entry has nothing to open.'))
    return step(
      'entry',
      true,
      both('Was der Eintrag sagt, steht offen in ihm.', 'What the entry says is in it openly.'),
    )
  }
  if (opening === undefined) {
    return step(
      'entry',
      true,
      both(
        'Der Eintrag ist verschlossen: Bewiesen ist, dass es ihn gab, nicht was er sagt.',
        'The entry is closed: it is proved that it existed, not what it says.',
      ),
    )
  }
  if (!opens(leaf.commitment, opening)) {
    throw new Refuted(
      both(
        'Der Inhalt ist nicht der, auf den der Eintrag festgelegt ist.',
        'The content is not the one that the entry commits to.',
      ),
    )
  }
  return step(
    'opening',
    true,
    both(
      'Der Inhalt ist der, auf den der Eintrag festgelegt ist.',
      'The content is the one that the entry commits to.',
    ),
  )
}

/** Whether HMAC-SHA256 of the body under the salt is the commitment. */
export const opens = (commitment: string, opening: { readonly body: string; readonly salt: string }): boolean =>
  hex(hmacSha256(fromHex(opening.salt), utf8(opening.body))) === commitment
