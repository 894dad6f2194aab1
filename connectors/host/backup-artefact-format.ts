import type { Fact } from '../../facts/kinds.ts'

type Artefact = Pick<Fact<'backup_artefact'>, 'format' | 'encrypted'>

const ENCRYPTED: readonly (readonly [Artefact['format'], Uint8Array])[] = [
  // https://age-encryption.org/v1, binary and armoured
  ['age', Buffer.from('age-encryption.org/v1')],
  ['age', Buffer.from('-----BEGIN AGE ENCRYPTED FILE-----')],
  // RFC 9580 section 6.2
  ['openpgp', Buffer.from('-----BEGIN PGP MESSAGE-----')],
  // openssl-enc(1): salted
  ['openssl', Buffer.from('Salted__')],
  ['openssl', Buffer.from('U2FsdGVkX1')],
  // LUKS On-Disk Format, section 2.3.1 and LUKS2, section 2.1
  ['luks', Buffer.from([0x4c, 0x55, 0x4b, 0x53, 0xba, 0xbe])],
]

/** Clear formats, and compressed ones: compressing hides nothing. */
const CLEAR: readonly (readonly [Artefact['format'], number, Uint8Array])[] = [
  ['pg_dump', 0, Buffer.from('PGDMP')],
  ['sqlite', 0, Buffer.from('SQLite format 3\0')],
  ['archive', 0, Buffer.from([0x1f, 0x8b])],
  ['archive', 0, Buffer.from([0x28, 0xb5, 0x2f, 0xfd])],
  ['archive', 0, Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0])],
  ['archive', 0, Buffer.from('BZh')],
  ['archive', 0, Buffer.from([0x04, 0x22, 0x4d, 0x18])],
  ['archive', 257, Buffer.from('ustar')],
]
const SQL =
  /^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*(?:-- PostgreSQL database|-- MySQL dump|-- MariaDB dump|SET |CREATE |INSERT |BEGIN|PRAGMA )|-- (?:PostgreSQL database|MySQL|MariaDB) dump/i

const has = (head: Uint8Array, at: number, magic: Uint8Array): boolean =>
  magic.every((byte, i) => head[at + i] === byte)

/**
 * RFC 9580 section 4.2: a message that is encrypted begins with a session key packet (tags 1 and 3) or encrypted data (9, 18, 20). A first
 * byte alone would fit one file in thirty: the version that follows the length has to fit as well.
 */
function isOpenpgp(head: Uint8Array): boolean {
  const [first = 0, length = 0] = head
  if ((first & 0x80) === 0) return false
  const fresh = (first & 0x40) !== 0
  const tag = fresh ? first & 0x3f : (first >> 2) & 0x0f
  const lengthBytes = fresh ? (length < 192 ? 1 : length < 224 ? 2 : 5) : ([1, 2, 4, 0][first & 3] ?? 0)
  const version = head[1 + lengthBytes]
  if (tag === 1) return version === 3 || version === 6
  if (tag === 3) return version === 4 || version === 5 || version === 6
  return tag === 18 && (version === 1 || version === 2)
}

/** What a file is, by its first 512 bytes. */
export function artefactFormat(head: Uint8Array): Artefact {
  for (const [format, magic] of ENCRYPTED) if (has(head, 0, magic)) return { format, encrypted: true }
  for (const [format, at, magic] of CLEAR) if (has(head, at, magic)) return { format, encrypted: false }
  if (isOpenpgp(head)) return { format: 'openpgp', encrypted: true }
  const text = Buffer.from(head).toString('latin1')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: text is what has none of them
  if (!/[\x00-\x08\x0e-\x1f]/.test(text) && SQL.test(text)) return { format: 'sql', encrypted: false }
  return { format: 'unknown', encrypted: null }
}
