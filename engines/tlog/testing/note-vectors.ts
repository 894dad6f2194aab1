import { toBase64, utf8 } from '../bytes.ts'
import { formatCheckpoint, signCheckpoint } from '../checkpoint.ts'
import { cosign } from '../cosignature.ts'
import { leafHash } from '../merkle.ts'
import {
  addSignatures,
  COSIGNATURE_ED25519,
  ED25519,
  formatSignature,
  formatVerifierKey,
  type NoteSigner,
  parseSignatures,
} from '../note.ts'
import { formatProof } from '../offline-proof.ts'
import { formatAddCheckpoint } from '../witness-protocol.ts'
import { signer } from './signers.ts'
import { flipped, growth, hex, KNOWN_ENTRIES, mth, path } from './trees.ts'

const LOG = signer('log.example.com/a', ED25519, 1)
const W1 = signer('witness.example.org/w1', COSIGNATURE_ED25519, 2)
const W2 = signer('witness.example.org/w2', COSIGNATURE_ED25519, 3)
/** The same key as W1 under another name. */
const W1_AGAIN = signer('witness.example.org/w3', COSIGNATURE_ED25519, 2)
const STRANGER = signer('log.example.com/a', ED25519, 9)
const TIME = 1_679_315_147

const vkey = ({ key }: NoteSigner): string => formatVerifierKey(key)
const head = (size: number) => ({ origin: LOG.key.name, size, root: mth(KNOWN_ENTRIES.slice(0, size)), extensions: [] })

/** A signature line with one bit of the signature turned over. */
function spoiled(line: string, bit: number): string {
  const [signature] = parseSignatures(line)
  if (signature === undefined) throw new Error('no signature')
  return formatSignature({ ...signature, signature: flipped(signature.signature, bit) })
}

const signatureOf = (note: string): string => note.slice(note.lastIndexOf('\n\n') + 2)

export async function noteVectors(): Promise<unknown> {
  const text = 'a line\n\na line after an empty one, with ü and 漢\n'
  const sign = async (by: NoteSigner): Promise<string> =>
    formatSignature({ ...by.key, signature: new Uint8Array(await by.sign(utf8(text))) })
  const line = await sign(LOG)
  const note = `${text}\n${line}`
  const unknown = `${text}\n${line.replace(LOG.key.name, 'log.example.com/b')}`
  const malformed = [
    ['no signature', `${text}\n`],
    ['no empty line before the signatures', `a line\n${line}`],
    ['no line break at the end', note.slice(0, -1)],
    ['a tabulator in the text', note.replace('a line', 'a\tline')],
    ['a carriage return', note.replaceAll('\n', '\r\n')],
    ['a null character', note.replace('a line', 'a\0line')],
    ['a hyphen for the dash', note.replace('— ', '- ')],
    ['two spaces in a signature line', note.replace('— ', '—  ')],
    ['a third word in a signature line', `${note.slice(0, -1)} x\n`],
    ['a plus in a name', note.replace('log.example.com/a', 'log+a')],
    ['a no-break space in a name', note.replace('log.example.com/a', 'log\u00a0a')],
    ['base64 without its padding', note.replace(/=+\n$/, '\n')],
    ['base64 for the web', `${text}\n— a AAAAAA-_\n`],
    ['base64 with loose bits at its end', `${text}\n— a AAAAAAB=\n`],
    ['a signature of no bytes', `${text}\n— a AAAAAA==\n`],
    ['a hundred and one signatures', `${text}\n${line.repeat(101)}`],
  ] as const
  return {
    keys: {
      valid: [LOG, W1, W2].map((s) => ({ key: vkey(s), name: s.key.name, id: s.key.keyId, type: s.key.type })),
      invalid: [
        { reason: 'an id that does not belong to it', key: vkey(LOG).replace(/\+[0-9a-f]{8}\+/, '+00000000+') },
        { reason: 'no name', key: vkey(LOG).slice(LOG.key.name.length) },
        { reason: 'a space in the name', key: `a b${vkey(LOG).slice(LOG.key.name.length)}` },
        { reason: 'cut off', key: vkey(LOG).slice(0, -1) },
        { reason: 'no key', key: 'log.example.com/a+00000000+' },
      ],
    },
    verified: [
      { note, keys: [vkey(LOG)], by: [LOG.key.name] },
      { note: `${text}\n${await sign(STRANGER)}${line}`, keys: [vkey(LOG)], by: [LOG.key.name] },
    ],
    refused: [
      { reason: 'no known key', error: 'unverified', note, keys: [] },
      { reason: 'another key of the same name', error: 'unverified', note, keys: [vkey(STRANGER)] },
      { reason: 'the name of another key', error: 'unverified', note: unknown, keys: [vkey(LOG)] },
      { reason: 'another text', error: 'unverified', note: note.replace('a line', 'A line'), keys: [vkey(LOG)] },
      {
        reason: 'one signature of a known key that does not hold, beside one that does',
        error: 'unverified',
        note: `${note}${spoiled(line, 9)}`,
        keys: [vkey(LOG)],
      },
      ...malformed.map(([reason, bad]) => ({
        reason,
        error: reason.startsWith('a hundred') ? 'too_large' : 'malformed',
        note: bad,
        keys: [vkey(LOG)],
      })),
    ],
  }
}

export async function checkpointVectors(): Promise<unknown> {
  const note = await signCheckpoint(head(8), LOG)
  const extended = await signCheckpoint({ ...head(8), extensions: ['an extension', 'and one more'] }, LOG)
  const empty = await signCheckpoint(head(0), LOG)
  const text = formatCheckpoint(head(8))
  const root = toBase64(head(8).root)
  const o = LOG.key.name
  return {
    log: vkey(LOG),
    valid: [
      { note, origin: o, size: 8, root, extensions: [] },
      { note: extended, origin: o, size: 8, root, extensions: ['an extension', 'and one more'] },
      { note: empty, origin: o, size: 0, root: toBase64(head(0).root), extensions: [] },
    ],
    invalid: [
      { reason: 'signed by another key', error: 'unverified', note: await signCheckpoint(head(8), STRANGER) },
      { reason: 'another size', error: 'unverified', note: note.replace('\n8\n', '\n7\n') },
      { reason: 'another origin', error: 'unverified', note: note.replace(o, 'log.example.com/b') },
      { reason: 'one bit of the signature', error: 'unverified', note: `${text}\n${spoiled(signatureOf(note), 100)}` },
    ],
    texts: [
      { reason: 'a leading zero', text: `${o}\n08\n${root}\n` },
      { reason: 'a sign', text: `${o}\n+8\n${root}\n` },
      { reason: 'a size in hexadecimal', text: `${o}\n0x8\n${root}\n` },
      { reason: 'no size', text: `${o}\n\n${root}\n` },
      { reason: 'no origin', text: `\n8\n${root}\n` },
      { reason: 'a root of 31 bytes', text: `${o}\n8\n${toBase64(new Uint8Array(31))}\n` },
      { reason: 'a root without padding', text: `${o}\n8\n${root.slice(0, -1)}\n` },
      { reason: 'an empty extension line', text: `${text}\n` },
      { reason: 'two lines', text: `${o}\n8\n` },
      { reason: 'no line break at the end', text: text.slice(0, -1) },
      { reason: 'an empty tree with the root of another', text: `${o}\n0\n${root}\n` },
    ],
  }
}

export async function cosignatureVectors(): Promise<unknown> {
  const note = await signCheckpoint(head(8), LOG)
  const w1 = await cosign(note, W1, TIME)
  const later = await cosign(note, W1, TIME + 60)
  const w2 = await cosign(note, W2, TIME + 5)
  const other = await cosign(await signCheckpoint(head(7), LOG), W2, TIME)
  const again = w1.replace(W1.key.name, W1_AGAIN.key.name)
  const [line] = parseSignatures(again)
  if (line === undefined) throw new Error('no signature')
  const passedOff = formatSignature({ ...line, keyId: W1_AGAIN.key.keyId })
  const both = [vkey(W1), vkey(W2)]
  const cosigned = (...lines: string[]): string => addSignatures(note, lines.flatMap(parseSignatures))
  return {
    log: vkey(LOG),
    valid: [
      {
        note: cosigned(w1, w2),
        witnesses: both,
        quorum: 2,
        cosigners: [
          [W1.key.name, TIME],
          [W2.key.name, TIME + 5],
        ],
      },
      { note: cosigned(w1, later), witnesses: both, quorum: 1, cosigners: [[W1.key.name, TIME + 60]] },
      { note, witnesses: both, quorum: 0, cosigners: [] },
      { note: cosigned(w1, w2), witnesses: [vkey(W2)], quorum: 1, cosigners: [[W2.key.name, TIME + 5]] },
    ].map((v) => ({ ...v, cosigners: v.cosigners.map(([name, time]) => ({ name, time })) })),
    invalid: [
      { reason: 'too few witnesses', error: 'quorum', note: cosigned(w1), witnesses: both, quorum: 2 },
      { reason: 'one witness twice', error: 'quorum', note: cosigned(w1, later), witnesses: both, quorum: 2 },
      { reason: 'unknown witnesses', error: 'quorum', note: cosigned(w1, w2), witnesses: [], quorum: 1 },
      {
        reason: 'one key under two names',
        error: 'quorum',
        note: cosigned(w1, passedOff),
        witnesses: [vkey(W1), vkey(W1_AGAIN)],
        quorum: 2,
      },
      { reason: 'of another checkpoint', error: 'unverified', note: cosigned(w1, other), witnesses: both, quorum: 1 },
      { reason: 'another time', error: 'unverified', note: cosigned(spoiled(w1, 63)), witnesses: both, quorum: 1 },
      { reason: 'one bit', error: 'unverified', note: cosigned(spoiled(w1, 64)), witnesses: both, quorum: 1 },
      {
        reason: 'no signature of the log',
        error: 'unverified',
        note: `${formatCheckpoint(head(8))}\n${w1}${w2}`,
        witnesses: both,
        quorum: 2,
      },
    ],
  }
}

export async function witnessVectors(): Promise<unknown> {
  const note = await signCheckpoint(head(8), LOG)
  const proof = growth(3, KNOWN_ENTRIES)
  const body = formatAddCheckpoint({ oldSize: 3, proof, note })
  const fresh = formatAddCheckpoint({ oldSize: 0, proof: [], note })
  return {
    valid: [
      { body, oldSize: 3, proof: proof.map(toBase64), note },
      { body: fresh, oldSize: 0, proof: [], note },
    ],
    invalid: [
      { reason: 'no old size', error: 'malformed', body: body.slice(body.indexOf('\n') + 1) },
      { reason: 'a leading zero', error: 'malformed', body: body.replace('old 3', 'old 03') },
      { reason: 'no empty line before the checkpoint', error: 'malformed', body: fresh.replace('\n\n', '\n') },
      { reason: 'a hash of 31 bytes', error: 'malformed', body: `old 3\n${toBase64(new Uint8Array(31))}\n\n${note}` },
      { reason: '64 hashes', error: 'too_large', body: `old 3\n${`${toBase64(head(8).root)}\n`.repeat(64)}\n${note}` },
      { reason: 'a checkpoint without signature', error: 'malformed', body: `old 0\n\n${formatCheckpoint(head(8))}` },
      { reason: 'windows line ends', error: 'malformed', body: body.replaceAll('\n', '\r\n') },
    ],
  }
}

export async function proofVectors(): Promise<unknown> {
  const note = addSignatures(
    await signCheckpoint(head(8), LOG),
    parseSignatures(await cosign(await signCheckpoint(head(8), LOG), W1, TIME)),
  )
  const proof = path(5, KNOWN_ENTRIES)
  const policy = { log: vkey(LOG), witnesses: [vkey(W1)], quorum: 1 }
  const entry = hex(KNOWN_ENTRIES[5] ?? new Uint8Array(0))
  const text = formatProof({ index: 5, proof, note })
  const extra = formatProof({ index: 5, proof, note, extra: utf8('context') })
  const bad = (reason: string, error: string, change: object) => ({ reason, error, text, entry, ...policy, ...change })
  return {
    valid: [
      { text, entry, ...policy, index: 5 },
      { text: extra, entry, ...policy, index: 5, extra: hex(utf8('context')) },
      {
        text: formatProof({ index: 0, proof: [], note: await signCheckpoint(head(1), LOG) }),
        entry: '',
        ...policy,
        quorum: 0,
        index: 0,
      },
    ],
    invalid: [
      bad('another entry', 'inconsistent', { entry: '00' }),
      bad('another index', 'inconsistent', { text: text.replace('index 5', 'index 4') }),
      bad('one hash too few', 'inconsistent', { text: formatProof({ index: 5, proof: proof.slice(1), note }) }),
      bad('the hash of the entry for the entry', 'inconsistent', {
        entry: hex(leafHash(KNOWN_ENTRIES[5] ?? new Uint8Array(0))),
      }),
      bad('too few witnesses', 'quorum', { quorum: 2 }),
      bad('another log', 'unverified', { log: vkey(STRANGER) }),
      bad('another first line', 'malformed', { text: text.replace('@v1', '@v2') }),
      bad('no index', 'malformed', { text: text.replace('index 5\n', '') }),
      bad('a leading zero', 'malformed', { text: text.replace('index 5', 'index 05') }),
      bad('extra data after the index', 'malformed', { text: text.replace('index 5\n', 'index 5\nextra AAAA\n') }),
      bad('extra data in no base64', 'malformed', { text: extra.replace('extra ', 'extra !') }),
      bad('no empty line before the checkpoint', 'malformed', { text: text.replace('\n\n', '\n') }),
    ],
  }
}
