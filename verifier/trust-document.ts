import { flag, instant, list, nullable, object, oneOf, parseJson, type Reader, string, whole } from './shape.ts'

/** States of a control, as the page shows them. */
export const STATES = ['ok', 'alarm', 'error', 'stale', 'unmeasured', 'excepted', 'attested', 'info', 'skip'] as const

export const MOST_CHARACTERS = 4 * 1024 * 1024
export const MOST_PARTS = 64
const MOST_CONTROLS = 10_000
/** An entry of the log, in characters. */
export const MOST_ENTRY = 65_535
const MOST_PROOF = 512 * 1024

export const hexDigest = string(64, /^[0-9a-f]{64}$/)
export const verifierKeyText = string(4_700, /^[^\s+]{1,512}\+[0-9a-f]{8}\+[A-Za-z0-9+/=]{4,4096}$/u)
export const text = (most: number) => object({ de: string(most), en: string(most) })
export const controlId = string(32, /^[A-Z][A-Z0-9]{1,7}-\d{1,4}$/)
export const entryText = string(MOST_ENTRY)
export const proofText = string(MOST_PROOF, /^[^\r\t\0]*$/)
export const quorum = whole(100)

const control = object({
  id: controlId,
  claim: text(1000),
  state: oneOf(...STATES),
  measuredAt: nullable(instant),
  population: whole(),
  since: nullable(instant),
})

const chapter = object({
  id: string(8, /^[A-Z][A-Z0-9]{1,7}$/),
  title: text(80),
  motto: text(240),
  controls: list(control, MOST_CONTROLS),
})

const evidence = object({
  origin: string(512, /^[^\s+]+$/u),
  verifierKey: verifierKeyText,
  witnesses: list(object({ verifierKey: verifierKeyText, url: string(500, /^[\x21-\x7e]*$/) }), 100),
  quorum,
  /** Path of the log on the same host: what is fetched cannot be sent elsewhere. */
  log: string(200, /^\/(?:[A-Za-z0-9_~-][A-Za-z0-9._~-]*\/)*$/),
  statements: list(object({ entry: entryText, proof: proofText }), MOST_PARTS),
})

const document = object({
  format: oneOf('bergfried-trust/1'),
  generatedAt: instant,
  /** Everything shown is made up. */
  demo: flag,
  /** Until when the statement holds; what it says is out of date from then on. */
  valid_until: nullable(instant),
  policy: object({ digest: hexDigest, chapters: list(chapter, 100) }),
  evidence: nullable(evidence),
})

type Read<R> = R extends Reader<infer T> ? T : never
/** `/trust.json`: the policy as shown, and the sealed statements that must say the same. */
export type TrustDocument = Read<typeof document>
export type ShownChapter = TrustDocument['policy']['chapters'][number]
export type ShownControl = ShownChapter['controls'][number]
export type Evidence = NonNullable<TrustDocument['evidence']>

/** @throws {Refuted} where it is not exactly of this form */
export const parseTrust = (json: string): TrustDocument =>
  document(parseJson(json, MOST_CHARACTERS, 'trust.json'), 'trust.json')
