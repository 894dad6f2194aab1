import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { AgeError } from './errors.ts'
import { base64, fromBase64, type Identity, type Stanza, shareOf, unwrapWith } from './x25519.ts'

const FIRST = 'age-encryption.org/v1'
/** Longer headers than any that we make or read: 64 KiB. */
const MOST_BYTES = 65_536
const COLUMNS = 64

/** @returns the header of a file, ready to be written */
export function writeHeader(stanzas: readonly Stanza[], fileKey: Buffer): Buffer {
  const lines = stanzas.flatMap((stanza) => [
    `-> ${[stanza.type, ...stanza.args].join(' ')}`,
    ...wrapped(base64(stanza.body)),
  ])
  const text = `${[FIRST, ...lines].join('\n')}\n---`
  return Buffer.from(`${text} ${base64(macOf(fileKey, text))}\n`)
}

export interface Header {
  readonly stanzas: readonly Stanza[]
  /** Bytes of the header; the payload begins there. */
  readonly length: number
  readonly mac: Buffer
  /** What the code covers. */
  readonly covered: string
}

/**
 * Reads a header.
 *
 * @returns null where more bytes are needed
 * @throws {AgeError} `header`
 */
export function readHeader(bytes: Buffer): Header | null {
  const text = bytes.subarray(0, MOST_BYTES).toString('latin1')
  const begin = text.slice(0, FIRST.length + 1)
  if (!`${FIRST}\n`.startsWith(begin)) throw new AgeError('header', 'not an age file of version 1')
  const last = /\n--- ([A-Za-z0-9+/]{43})\n/.exec(text)
  if (last === null) {
    if (bytes.length >= MOST_BYTES) throw new AgeError('header', 'the header does not end')
    return null
  }
  const covered = text.slice(0, last.index + 4)
  const mac = fromBase64(last[1] ?? '')
  if (mac?.length !== 32) throw new AgeError('header', 'a broken code at the end of the header')
  const stanzas = readStanzas(
    text
      .slice(FIRST.length + 1, last.index + 1)
      .split('\n')
      .slice(0, -1),
  )
  if (stanzas.length === 0) throw new AgeError('header', 'the header names no recipient')
  return { stanzas, length: last.index + last[0].length, mac, covered }
}

/**
 * Finds the file key and checks the header with it.
 *
 * @throws {AgeError} `no_match`, `mac`, `header`
 */
export function fileKeyOf(header: Header, identities: readonly Identity[]): Buffer {
  for (const stanza of header.stanzas) if (stanza.type === 'X25519') shareOf(stanza)
  for (const identity of identities) {
    for (const stanza of header.stanzas) {
      const key = unwrapWith(identity, stanza)
      if (key === null) continue
      if (!timingSafeEqual(macOf(key, header.covered), header.mac))
        throw new AgeError('mac', 'the header was changed after it was written')
      return key
    }
  }
  throw new AgeError('no_match', 'none of the identities opens this file')
}

function readStanzas(lines: readonly string[]): readonly Stanza[] {
  const stanzas: Stanza[] = []
  let at = 0
  while (at < lines.length) {
    const words = (lines[at] ?? '').split(' ')
    const [arrow, type, ...args] = words
    if (arrow !== '->' || type === undefined || words.some((word) => !/^[\x21-\x7e]+$/.test(word)))
      throw new AgeError('header', 'a line of the header that is no stanza')
    let body = ''
    for (;;) {
      at += 1
      const line = lines[at]
      if (line === undefined || line.length > COLUMNS) throw new AgeError('header', 'a stanza that does not end')
      body += line
      if (line.length < COLUMNS) break
    }
    const bytes = fromBase64(body)
    if (bytes === null) throw new AgeError('header', 'a stanza whose body is no canonical base64')
    stanzas.push({ type, args, body: bytes })
    at += 1
  }
  return stanzas
}

/** Lines of 64 characters; the last one is shorter, empty where need be. */
const wrapped = (text: string): readonly string[] =>
  Array.from({ length: Math.floor(text.length / COLUMNS) + 1 }, (_, i) => text.slice(i * COLUMNS, (i + 1) * COLUMNS))

const macOf = (fileKey: Buffer, text: string): Buffer =>
  createHmac('sha256', Buffer.from(hkdfSync('sha256', fileKey, '', 'header', 32)))
    .update(text, 'latin1')
    .digest()
