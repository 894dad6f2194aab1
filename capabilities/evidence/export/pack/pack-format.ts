import * as z from 'zod'

/** Folder of all files in a pack, so that unpacking does not scatter them. */
export const FOLDER = 'evidence-pack'

const digest = z.string().regex(/^[0-9a-f]{64}$/)
const count = z.int().min(0)
const instant = z.iso.datetime()
const word = z.string().min(1).max(1000)

/** `manifest.json`, the last file of a pack: what is in it, and through `digests` the digest of every other file. */
export const Manifest = z.strictObject({
  format: z.literal('bergfried-pack/1'),
  log: z.strictObject({
    origin: word,
    verifierKey: z.string().max(10_000),
    witnesses: z.array(z.string().max(10_000)).max(100),
    quorum: count,
  }),
  checkpoint: z.strictObject({ size: count, root: z.base64() }),
  window: z.strictObject({
    from: instant,
    to: instant,
    /** First and last position of the entries of the window; null where there are none. */
    positions: z.tuple([count, count]).nullable(),
  }),
  controls: z.array(word).max(10_000),
  /** Whether the pack is about every control: then every entry of the window is opened, and the reader can see that. */
  complete: z.boolean(),
  policy: digest,
  personal: z.enum(['sealed', 'open']),
  counts: z.strictObject({
    leaves: count,
    /** Per kind, how many entries are opened. */
    opened: z.record(z.string(), count),
    /** Entries of which only the leaf is left. */
    lost: count,
    facts: count,
    /** Facts whose values do not give their identity: with one of them the pack does not verify. */
    inexact: count,
    /** Facts about people whose values are held back. */
    withheld: count,
    periods: count,
    findings: count,
    changes: count,
    exceptions: count,
    attestations: count,
    personal: count,
  }),
  sample: z
    .strictObject({
      seed: word,
      count,
      kind: word,
      from: z.enum(['opened', 'leaves']),
      population: count,
      drawn: z.array(count).max(100_000),
    })
    .nullable(),
  files: count,
  digests: digest,
})
export type Manifest = z.infer<typeof Manifest>

/** The folders of a pack in the order in which they lie. */
export const ORDER = [
  /^README\.txt$/,
  /^log\/checkpoint$/,
  /^log\/tile\/\d+\//,
  /^log\/tile\/entries\//,
  /^policy\//,
  /^openings\//,
  /^populations\//,
  /^findings\//,
  /^decisions\//,
  /^personal\//,
  /^sample\//,
  /^digests\.sha256$/,
  /^manifest\.json$/,
] as const

/** A line of `openings/`: what a leaf commits to. `salt` is null where the leaf holds the body itself. */
export const Opening = z.strictObject({
  at: instant,
  body: z.string().max(60_000),
  kind: z.string().max(40),
  position: count,
  salt: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
})
export type Opening = z.infer<typeof Opening>

/** A line of `populations/<kind>/rows/`: a fact that held at some time of the window. */
export const FactLine = z.strictObject({
  /** Identity: the first 128 bits of SHA-256 over kind, a line feed and `text`. */
  id: z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
  system: z.string().max(63),
  /** Values as JSON, as they were hashed; null where they are held back because they speak of people. */
  text: z.string().nullable(),
  validFrom: instant,
  /** Null: still true at the end of the window. */
  validTo: instant.nullable(),
})
export type FactLine = z.infer<typeof FactLine>

const Reading = z.strictObject({ began: instant, position: count })

/** A line of `populations/<kind>/periods/`: collections of one system that one after another stated the same population. */
export const PeriodLine = z.strictObject({
  system: z.string().max(63),
  digest,
  rows: count,
  collections: count,
  first: Reading,
  last: Reading,
})
export type PeriodLine = z.infer<typeof PeriodLine>

/** A line of `findings/changes/`: one row that a judgement opened, replaced or ended; together they give the digest of its entry. */
export const ChangeLine = z.strictObject({
  check: z.string().max(200),
  /** The entries that tell of judgements of this check at this instant. */
  positions: z.array(count).min(1),
  at: instant,
  /** The line as it was hashed. */
  line: z.string(),
})
export type ChangeLine = z.infer<typeof ChangeLine>
