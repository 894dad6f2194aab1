import { describe, expect, it } from 'vitest'
import { formatCheckpoint, openCheckpoint, parseCheckpoint, signCheckpoint } from './checkpoint.ts'
import { cosign, verifyWitnessed } from './cosignature.ts'
import { TlogError } from './errors.ts'
import {
  addSignatures,
  COSIGNATURE_ED25519,
  ED25519,
  formatVerifierKey,
  parseNote,
  parseSignatures,
  parseVerifierKey,
} from './note.ts'
import { mlDsaSigner, signer } from './testing/signers.ts'
import { verifyNote } from './verify-note.ts'

/** The example of the Go package golang.org/x/mod/sumdb/note, whose key is published there. */
const NEUMANN = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
const PROBLEM =
  'If you think cryptography is the answer to your problem,\n' +
  "then you don't know what your problem is.\n\n" +
  '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n'

const log = signer('log.example.com/a', ED25519, 1)
const w1 = signer('witness.example.org/w1', COSIGNATURE_ED25519, 2)
const w2 = signer('witness.example.org/w2', COSIGNATURE_ED25519, 3)
const root = new Uint8Array(32).fill(7)
const head = { origin: 'log.example.com/a', size: 20_852_163, root, extensions: [] }
const code = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'accepted',
    (error: unknown) => (error instanceof TlogError ? error.code : String(error)),
  )

describe('a signed note', () => {
  it('of another implementation verifies under its published key', async () => {
    const key = parseVerifierKey(NEUMANN)
    expect(await verifyNote(PROBLEM, [key])).toEqual([key])
    expect(formatVerifierKey(key)).toBe(NEUMANN)
  })

  it('is refused for every changed bit of its text and its signature', async () => {
    const key = parseVerifierKey(NEUMANN)
    const bytes = Buffer.from(PROBLEM)
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const forged = Buffer.from(bytes)
      forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      if ((await code(verifyNote(forged.toString('utf8'), [key]))) === 'accepted') throw new Error(`bit ${bit}`)
    }
  })

  it('by a key nobody knows is not believed; a known key must hold', async () => {
    const other = signer('PeterNeumann', ED25519, 9).key
    expect(await code(verifyNote(PROBLEM, [other]))).toBe('unverified')
    expect(await code(verifyNote(PROBLEM, []))).toBe('unverified')
  })

  it.each([
    ['no signature', 'text\n\n'],
    ['no empty line', 'text\n— a AAAAAAA=\n'],
    ['no line break at the end', 'text\n\n— a AAAAAAA='],
    ['a tabulator', 'te\txt\n\n— a AAAAAAA=\n'],
    ['a carriage return', 'text\r\n\r\n— a AAAAAAA=\n'],
    ['loose bits in the base64', 'text\n\n— a AAAAAAB=\n'],
    ['a signature of four bytes', 'text\n\n— a AAAAAA==\n'],
    ['a plus in the name', 'text\n\n— a+b AAAAAAA=\n'],
    ['a no-break space in the name', 'text\n\n— a\u00a0b AAAAAAA=\n'],
    ['a hyphen for the dash', 'text\n\n- a AAAAAAA=\n'],
    ['a lone surrogate', 'te\ud800xt\n\n— a AAAAAAA=\n'],
    ['a third word', 'text\n\n— a AAAAAAA= b\n'],
  ])('with %s is none', (_, note) => expect(() => parseNote(note)).toThrow(TlogError))

  it('may hold empty lines in its text', () => {
    expect(parseNote('a\n\nb\n\n— a AAAAAAA=\n').text).toBe('a\n\nb\n')
  })

  it('of more than 131,072 characters is too large, one with 16 signatures of 5 kB is not', () => {
    const long = `— k ${Buffer.alloc(5001).toString('base64')}\n`
    expect(parseNote(`a\n\n${long.repeat(16)}`).signatures).toHaveLength(16)
    expect(() => parseNote(`a\n\n${long.repeat(20)}`)).toThrow(/characters/)
  })

  it('takes a hundred signatures and no more', () => {
    const lines = (n: number) => Array.from({ length: n }, (_, i) => `— k${i} AAAAAAA=\n`).join('')
    expect(parseNote(`a\n\n${lines(100)}`).signatures).toHaveLength(100)
    expect(() => parseNote(`a\n\n${lines(101)}`)).toThrow(/101/)
  })
})

describe('a verifier key', () => {
  it.each([
    ['of another id', NEUMANN.replace('c74f20a3', 'c74f20a4')],
    ['in capitals', NEUMANN.replace('c74f20a3', 'C74F20A3')],
    ['without a name', NEUMANN.replace('PeterNeumann', '')],
    ['with a space', NEUMANN.replace('PeterNeumann', 'Peter Neumann')],
    ['cut off', NEUMANN.slice(0, -1)],
    ['that is nonsense', 'nonsense'],
  ])('%s is none', (_, text) => expect(() => parseVerifierKey(text)).toThrow(TlogError))
})

describe('a checkpoint', () => {
  it('is signed, verified and read again', async () => {
    const note = await signCheckpoint(head, log)
    expect(await openCheckpoint(note, log.key)).toEqual(head)
    expect(await signCheckpoint(head, log)).toBe(note)
  })

  it('of another log is refused, also under the same key', async () => {
    const note = await signCheckpoint(head, log)
    const renamed = signer('log.example.com/b', ED25519, 1)
    const witnessKey = signer(head.origin, COSIGNATURE_ED25519, 1)
    expect(await code(signCheckpoint(head, witnessKey))).toBe('malformed')
    expect(await code(openCheckpoint(note, renamed.key))).toBe('unverified')
    expect(await code(signCheckpoint(head, renamed))).toBe('malformed')
  })

  it.each([
    ['a leading zero', 'o\n012\n'],
    ['a sign', 'o\n+1\n'],
    ['a size beyond 2^53 - 1', 'o\n9007199254740992\n'],
    ['no origin', '\n1\n'],
  ])('with %s is none', (_, start) => {
    expect(() => parseCheckpoint(`${start}${Buffer.alloc(32).toString('base64')}\n`)).toThrow(TlogError)
  })

  it.each(['AAAA', '', `${Buffer.alloc(33).toString('base64')}`, Buffer.alloc(32).toString('base64').replace('=', '')])(
    'with the root %j is none',
    (text) => expect(() => parseCheckpoint(`o\n1\n${text}\n`)).toThrow(TlogError),
  )

  it('keeps its extension lines, none of them empty', () => {
    const text = formatCheckpoint({ ...head, extensions: ['a', 'b'] })
    expect(parseCheckpoint(text).extensions).toEqual(['a', 'b'])
    expect(() => parseCheckpoint(`${text}\n`)).toThrow(TlogError)
  })
})

describe('cosignatures', () => {
  const policy = { log: log.key, witnesses: [w1.key, w2.key], quorum: 2 }

  it('say who saw the checkpoint, and when', async () => {
    let note = await signCheckpoint(head, log)
    note = addSignatures(note, parseSignatures(await cosign(note, w1, 1_679_315_147)))
    expect(await code(verifyWitnessed(note, policy))).toBe('quorum')
    note = addSignatures(note, parseSignatures(await cosign(note, w2, 1_679_315_150)))
    expect(await verifyWitnessed(note, policy)).toEqual({
      checkpoint: head,
      cosigners: [
        { name: 'witness.example.org/w1', time: 1_679_315_147 },
        { name: 'witness.example.org/w2', time: 1_679_315_150 },
      ],
    })
  })

  it('of one witness count once, and its newest time', async () => {
    let note = await signCheckpoint(head, log)
    for (const time of [5, 9, 7]) note = addSignatures(note, parseSignatures(await cosign(note, w1, time)))
    expect(await code(verifyWitnessed(note, policy))).toBe('quorum')
    expect((await verifyWitnessed(note, { ...policy, quorum: 1 })).cosigners).toEqual([{ name: w1.key.name, time: 9 }])
  })

  it('cannot be carried over to another time or another checkpoint', async () => {
    const note = await signCheckpoint(head, log)
    const [line] = parseSignatures(await cosign(note, w1, 5))
    if (line === undefined) throw new Error('no line')
    const later = line.signature.slice()
    later[7] = 6
    const forged = addSignatures(note, [{ ...line, signature: later }])
    expect(await code(verifyWitnessed(forged, { ...policy, quorum: 0 }))).toBe('unverified')
    const other = addSignatures(await signCheckpoint({ ...head, size: 1 }, log), [line])
    expect(await code(verifyWitnessed(other, { ...policy, quorum: 1 }))).toBe('unverified')
  })

  it('do not stand in for the log’s own signature', async () => {
    const text = formatCheckpoint(head)
    const [line] = parseSignatures(await cosign(`${text}\n— a AAAAAAA=\n`, w1, 5))
    if (line === undefined) throw new Error('no line')
    expect(await code(verifyWitnessed(addSignatures(`${text}\n— a AAAAAAA=\n`, [line]), policy))).toBe('unverified')
  })

  it('may be of ML-DSA-44', async () => {
    const pq = mlDsaSigner('witness.example.org/pq')
    const note = await signCheckpoint(head, log)
    const [line] = parseSignatures(await cosign(note, pq, 5))
    if (line === undefined) throw new Error('no line')
    expect(line.signature).toHaveLength(8 + 2420)
    const own = { log: log.key, witnesses: [pq.key], quorum: 1 }
    expect((await verifyWitnessed(addSignatures(note, [line]), own)).cosigners).toEqual([
      { name: pq.key.name, time: 5 },
    ])
    const forged = line.signature.slice()
    forged[100] = (forged[100] ?? 0) ^ 1
    expect(await code(verifyWitnessed(addSignatures(note, [{ ...line, signature: forged }]), own))).toBe('unverified')
  })

  it('of one key under two names count once', async () => {
    const twin = signer('witness.example.org/twin', COSIGNATURE_ED25519, 2)
    let note = await signCheckpoint(head, log)
    for (const by of [w1, twin]) note = addSignatures(note, parseSignatures(await cosign(note, by, 5)))
    const own = { log: log.key, witnesses: [w1.key, twin.key], quorum: 2 }
    expect(await code(verifyWitnessed(note, own))).toBe('quorum')
    expect((await verifyWitnessed(note, { ...own, quorum: 1 })).cosigners).toHaveLength(1)
  })

  it.each([Number.NaN, -1, 0.5, Number.POSITIVE_INFINITY])('under a quorum of %s are never enough', async (quorum) => {
    const note = await signCheckpoint(head, log)
    expect(await code(verifyWitnessed(note, { ...policy, quorum }))).toBe('malformed')
  })

  it.each([Number.NaN, -1, 1.5, 2 ** 53])('are not made for the time %s', async (time) => {
    expect(await code(cosign(await signCheckpoint(head, log), w1, time))).toBe('malformed')
  })

  it('are made by witnesses’ keys alone', async () => {
    const note = await signCheckpoint(head, log)
    expect(await code(cosign(note, log, 5))).toBe('malformed')
  })
})
