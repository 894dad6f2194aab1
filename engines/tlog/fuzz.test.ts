import { fc, test as property } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { fromBase64, fromUtf8, toBase64, utf8 } from './bytes.ts'
import { formatCheckpoint, parseCheckpoint, signCheckpoint } from './checkpoint.ts'
import { cosign, verifyWitnessed } from './cosignature.ts'
import { TlogError } from './errors.ts'
import {
  addSignatures,
  COSIGNATURE_ED25519,
  ED25519,
  formatNote,
  formatVerifierKey,
  parseNote,
  parseSignatures,
  parseVerifierKey,
} from './note.ts'
import { formatProof, parseProof, verifyProof } from './offline-proof.ts'
import { signer } from './testing/signers.ts'
import { entriesOf, mth, path } from './testing/trees.ts'
import { decodeBundle, encodeBundle, parseTilePath, tilePath } from './tile.ts'
import { inclusionProof } from './tile-reader.ts'
import { formatAddCheckpoint, parseAddCheckpoint } from './witness-protocol.ts'

const log = signer('log.example.com/a', ED25519, 1)
const witness = signer('witness.example.org/w1', COSIGNATURE_ED25519, 2)
const entries = entriesOf(11)
const head = { origin: log.key.name, size: 11, root: mth(entries), extensions: [] }
const signed = await signCheckpoint(head, log)
const NOTE = addSignatures(signed, parseSignatures(await cosign(signed, witness, 5)))
const PROOF = formatProof({ index: 6, proof: path(6, entries), note: NOTE })
const BODY = formatAddCheckpoint({ oldSize: 3, proof: path(6, entries), note: NOTE })
const KEY = formatVerifierKey(log.key)
const BUNDLE = encodeBundle(entries)

const RUNS = { numRuns: 1500 }

/** What a parser gives, or nothing where it refuses. Any other error than ours is a defect. */
function parsed<T>(parse: () => T): T | undefined {
  try {
    return parse()
  } catch (error) {
    if (error instanceof TlogError) return undefined
    throw error
  }
}

/** Bytes near to valid ones: some cut out, some put in, some changed, some said twice. */
const near = (valid: Uint8Array): fc.Arbitrary<Uint8Array> =>
  fc
    .array(fc.tuple(fc.nat(3), fc.nat(), fc.nat(40), fc.uint8Array({ maxLength: 12 })), { minLength: 1, maxLength: 4 })
    .map((changes) => {
      let bytes = [...valid]
      for (const [kind, place, length, more] of changes) {
        const at = place % (bytes.length + 1)
        const end = Math.min(bytes.length, at + length)
        if (kind === 0) bytes = [...bytes.slice(0, at), ...bytes.slice(end)]
        else if (kind === 1) bytes = [...bytes.slice(0, at), ...more, ...bytes.slice(at)]
        else if (kind === 2) bytes = [...bytes.slice(0, at), ...more, ...bytes.slice(at + more.length)]
        else bytes = [...bytes.slice(0, end), ...bytes.slice(at)]
      }
      return new Uint8Array(bytes)
    })

/** Texts near to a valid one, random bytes read as text, and strings that no bytes could be. */
const text = (valid: string): fc.Arbitrary<string> =>
  fc.oneof(
    near(utf8(valid)).map((bytes) => Buffer.from(bytes).toString('utf8')),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('utf8')),
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.mixedCase(fc.constant(valid)),
  )

describe('whatever they are given, parsers refuse with their own error or give what they can write again', () => {
  property.prop([text(NOTE)], RUNS)('notes', (input) => {
    const note = parsed(() => parseNote(input))
    if (note !== undefined) expect(formatNote(note.text, note.signatures)).toBe(input)
  })

  property.prop([text(formatCheckpoint(head))], RUNS)('checkpoints', (input) => {
    const checkpoint = parsed(() => parseCheckpoint(input))
    if (checkpoint !== undefined) expect(formatCheckpoint(checkpoint)).toBe(input)
  })

  property.prop([text(KEY)], RUNS)('verifier keys', (input) => {
    const key = parsed(() => parseVerifierKey(input))
    if (key !== undefined) expect(formatVerifierKey(key)).toBe(input)
  })

  property.prop([text(PROOF)], RUNS)('offline proofs', (input) => {
    const proof = parsed(() => parseProof(input))
    if (proof !== undefined) expect(formatProof(proof)).toBe(input)
  })

  property.prop([text(BODY)], RUNS)('bodies for witnesses', (input) => {
    const body = parsed(() => parseAddCheckpoint(input))
    if (body !== undefined) expect(formatAddCheckpoint(body)).toBe(input)
  })

  property.prop([text('tile/0/x001/234.p/7')], RUNS)('paths of tiles', (input) => {
    const id = parseTilePath(input)
    if (id !== null) expect(tilePath(id)).toBe(input)
  })

  property.prop(
    [fc.oneof(near(BUNDLE), fc.uint8Array({ maxLength: 200 })), fc.oneof(fc.integer(), fc.double(), fc.nat(260))],
    RUNS,
  )('bundles', (bytes, width) => {
    const found = parsed(() => decodeBundle(bytes, width))
    if (found !== undefined) expect(encodeBundle(found)).toEqual(bytes)
  })

  property.prop([fc.string({ unit: 'binary', maxLength: 40 })], RUNS)('base64', (input) => {
    const bytes = fromBase64(input)
    if (bytes !== null) expect(toBase64(bytes)).toBe(input)
  })

  property.prop([fc.uint8Array({ maxLength: 60 })], RUNS)('UTF-8', (bytes) => {
    const found = parsed(() => fromUtf8(bytes))
    if (found !== undefined) expect(utf8(found)).toEqual(bytes)
  })
})

describe('nothing but the entry itself is accepted', () => {
  const policy = { log: log.key, witnesses: [witness.key], quorum: 1 }
  const accepted = async (proof: string, entry: Uint8Array): Promise<boolean> => {
    try {
      await verifyProof(proof, entry, policy)
      return true
    } catch (error) {
      if (error instanceof TlogError) return false
      throw error
    }
  }

  property.prop([near(utf8(PROOF)), fc.nat(10)], { numRuns: 400 })(
    'by a proof that was tampered with',
    async (bytes, i) => {
      const proof = Buffer.from(bytes).toString('utf8')
      const entry = entries[i] as Uint8Array
      if (await accepted(proof, entry)) {
        // What is still accepted proves the same: this entry, at its own place, under a root that the log signed.
        expect(parseProof(proof).index).toBe(i)
        expect(parseCheckpoint(parseNote(parseProof(proof).note).text)).toEqual(head)
      }
    },
  )

  property.prop([near(entries[6] as Uint8Array)], { numRuns: 400 })('instead of the entry', async (bytes) => {
    expect(await accepted(PROOF, bytes)).toBe(Buffer.compare(bytes, entries[6] as Uint8Array) === 0)
  })

  property.prop([near(utf8(NOTE))], { numRuns: 400 })('under a checkpoint that was tampered with', async (bytes) => {
    const note = Buffer.from(bytes).toString('utf8')
    try {
      expect((await verifyWitnessed(note, policy)).checkpoint).toEqual(head)
    } catch (error) {
      if (!(error instanceof TlogError)) throw error
    }
  })
})

property.prop([fc.uint8Array({ maxLength: 400 }).filter((tile) => tile.length !== 11 * 32), fc.nat(10)])(
  'tiles of a wrong length are refused, not read past their end',
  async (tile, index) => {
    await expect(inclusionProof(index, 11, async () => tile)).rejects.toThrow(TlogError)
  },
)
