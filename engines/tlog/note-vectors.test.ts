import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { toBase64, utf8 } from './bytes.ts'
import { openCheckpoint, parseCheckpoint } from './checkpoint.ts'
import { verifyWitnessed } from './cosignature.ts'
import { TlogError } from './errors.ts'
import { leafHash } from './merkle.ts'
import { formatVerifierKey, parseNote, parseVerifierKey } from './note.ts'
import { parseProof, verifyProof } from './offline-proof.ts'
import { verifyInclusion } from './proof.ts'
import { fromHex, hex } from './testing/trees.ts'
import { verifiedBy, verifyNote } from './verify-note.ts'
import { formatAddCheckpoint, parseAddCheckpoint } from './witness-protocol.ts'

const read = <T>(name: string): T => JSON.parse(readFileSync(join(import.meta.dirname, 'vectors', name), 'utf8')) as T

/** The code of the error; anything but a TlogError is a defect and goes through. */
async function refusal(work: () => unknown): Promise<string> {
  try {
    await work()
    return 'accepted'
  } catch (error) {
    if (error instanceof TlogError) return error.code
    throw error
  }
}

interface Bad {
  readonly reason: string
  readonly error: string
}
interface Trust {
  readonly log: string
  readonly witnesses: string[]
  readonly quorum: number
}
const policyOf = (v: Trust) => ({
  log: parseVerifierKey(v.log),
  witnesses: v.witnesses.map(parseVerifierKey),
  quorum: v.quorum,
})

describe('the vectors', () => {
  it('of notes and keys hold', async () => {
    const v = read<{
      keys: {
        valid: { key: string; name: string; id: number; type: number }[]
        invalid: { reason: string; key: string }[]
      }
      verified: { note: string; keys: string[]; by: string[] }[]
      refused: (Bad & { note: string; keys: string[] })[]
    }>('notes.json')
    for (const k of v.keys.valid) {
      expect(parseVerifierKey(k.key)).toMatchObject({ name: k.name, keyId: k.id, type: k.type })
      expect(formatVerifierKey(parseVerifierKey(k.key))).toBe(k.key)
    }
    for (const k of v.keys.invalid) expect(await refusal(() => parseVerifierKey(k.key)), k.reason).toBe('malformed')
    for (const n of v.verified) {
      const keys = await verifyNote(n.note, n.keys.map(parseVerifierKey))
      expect(keys.map(({ name }) => name)).toEqual(n.by)
    }
    for (const n of v.refused)
      expect(await refusal(() => verifyNote(n.note, n.keys.map(parseVerifierKey))), n.reason).toBe(n.error)
  })

  it('of checkpoints hold', async () => {
    const v = read<{
      log: string
      valid: { note: string; origin: string; size: number; root: string; extensions: string[] }[]
      invalid: (Bad & { note: string })[]
      texts: { reason: string; text: string }[]
    }>('checkpoints.json')
    const log = parseVerifierKey(v.log)
    for (const { note, ...wanted } of v.valid) {
      const { root, ...found } = await openCheckpoint(note, log)
      expect({ ...found, root: toBase64(root) }).toEqual(wanted)
    }
    for (const c of v.invalid) expect(await refusal(() => openCheckpoint(c.note, log)), c.reason).toBe(c.error)
    for (const c of v.texts) expect(await refusal(() => parseCheckpoint(c.text)), c.reason).toBe('malformed')
  })

  it('of cosignatures hold', async () => {
    type Case = Omit<Trust, 'log'> & { note: string; cosigners: { name: string; time: number }[] }
    const v = read<{ log: string; valid: Case[]; invalid: (Case & Bad)[] }>('cosignatures.json')
    for (const c of v.valid)
      expect((await verifyWitnessed(c.note, policyOf({ ...c, log: v.log }))).cosigners).toEqual(c.cosigners)
    for (const c of v.invalid)
      expect(await refusal(() => verifyWitnessed(c.note, policyOf({ ...c, log: v.log }))), c.reason).toBe(c.error)
  })

  it('of bodies for witnesses hold', async () => {
    type Case = { body: string; oldSize: number; proof: string[]; note: string }
    const v = read<{ valid: Case[]; invalid: (Bad & { body: string })[] }>('witness.json')
    for (const c of v.valid) {
      const parsed = parseAddCheckpoint(c.body)
      expect({ ...parsed, proof: parsed.proof.map(toBase64), body: formatAddCheckpoint(parsed) }).toEqual(c)
    }
    for (const c of v.invalid) expect(await refusal(() => parseAddCheckpoint(c.body)), c.reason).toBe(c.error)
  })

  it('of offline proofs hold', async () => {
    type Case = Trust & { text: string; entry: string; index: number; extra?: string }
    const v = read<{ valid: Case[]; invalid: (Case & Bad)[] }>('proofs.json')
    for (const c of v.valid) {
      expect((await verifyProof(c.text, fromHex(c.entry), policyOf(c))).index).toBe(c.index)
      expect(hex(parseProof(c.text).extra ?? new Uint8Array(0))).toBe(c.extra ?? '')
    }
    for (const c of v.invalid)
      expect(await refusal(() => verifyProof(c.text, fromHex(c.entry), policyOf(c))), c.reason).toBe(c.error)
  })
})

describe('what others published', () => {
  type Note = { source: string; key: string; note: string; time: number }
  const v = read<{
    notes: Note[]
    keys: { key: string; type: number }[]
    proofs: { key: string; entry: string; text: string }[]
    mlDsa44: Note[]
  }>('foreign.json')

  it('verifies: notes, keys', async () => {
    for (const n of v.notes) expect(await verifyNote(n.note, [parseVerifierKey(n.key)])).toHaveLength(1)
    for (const k of v.keys) {
      expect(parseVerifierKey(k.key).type).toBe(k.type)
      expect(formatVerifierKey(parseVerifierKey(k.key))).toBe(k.key)
    }
  })

  it('verifies: a record among seventy million of the Go checksum database', async () => {
    for (const p of v.proofs) {
      const { index, proof, note } = parseProof(p.text)
      await verifyNote(note, [parseVerifierKey(p.key)])
      const { size, root } = parseCheckpoint(parseNote(note).text)
      expect(size).toBeGreaterThan(60_000_000)
      expect(verifyInclusion({ leaf: leafHash(utf8(p.entry)), index, size, proof, root })).toBe(true)
      expect(verifyInclusion({ leaf: leafHash(utf8(`${p.entry} `)), index, size, proof, root })).toBe(false)
    }
  })

  it('verifies: a cosignature of ML-DSA-44 by another implementation', async () => {
    for (const n of v.mlDsa44) {
      const key = parseVerifierKey(n.key)
      expect(await verifiedBy(parseNote(n.note), [key])).toEqual([{ key, time: n.time }])
      const moved = parseNote(n.note.replace('\n1\n', '\n2\n'))
      expect(await refusal(() => verifiedBy(moved, [key]))).toBe('unverified')
      const extended = parseNote(n.note.replace('\n\n', '\nan extension\n\n'))
      expect(await refusal(() => verifiedBy(extended, [key]))).toBe('unverified')
    }
  })
})
