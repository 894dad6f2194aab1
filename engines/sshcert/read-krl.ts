import { latin1, sameBytes } from './bytes.ts'
import { malformed, tooLarge, unsupported } from './errors.ts'
import type { RevocationList, RevokedCertificates } from './krl.ts'
import {
  KRL_FORMAT,
  KRL_MAGIC,
  MOST_BITMAP_BYTES,
  MOST_COMMENT_BYTES,
  MOST_KEY_ID_BYTES,
  MOST_KRL_BYTES,
  SECTION,
} from './krl-format.ts'
import { decodePublicKey, MOST_KEY_BYTES } from './public-key.ts'
import { mergeSerials, type SerialRange } from './serial-ranges.ts'
import { WireReader } from './wire-reader.ts'

/** Serials that are kept one by one: a small bitmap holds many, so bytes alone do not bound them. */
const MOST_RANGES = 4_194_304

interface Found {
  readonly certificates: Map<string, FoundCertificates>
  readonly keys: Set<string>
  readonly sha1: Set<string>
  readonly sha256: Set<string>
  ranges: number
}

interface FoundCertificates {
  readonly serials: bigint[]
  readonly ranges: SerialRange[]
  readonly keyIds: Set<string>
}

/**
 * Reads a revocation list to its last byte, as strictly as OpenSSH 9.2: what is accepted here, sshd can read. Anything else
 * would make it refuse every key, so this is the check before a list is put in place. No bytes at all are refused, whereas
 * sshd takes an empty file for a list that revokes nothing.
 *
 * @throws {SshError} `malformed`; `too_large`: over the limits here, or a bitmap over more than 16,384 serials; `unsupported`:
 *   extensions and embedded signatures, which OpenSSH refuses before 9.4 or after
 */
export function readRevocationList(bytes: Uint8Array): RevocationList {
  if (bytes.length === 0) throw malformed('KRL: an empty file')
  if (bytes.length > MOST_KRL_BYTES) throw tooLarge(`KRL: ${bytes.length} bytes`)
  const reader = new WireReader(bytes, 'KRL')
  if (!sameBytes(reader.raw(KRL_MAGIC.length), KRL_MAGIC)) throw malformed('KRL: not one')
  if (reader.uint32() !== KRL_FORMAT) throw unsupported('KRL: another format than 1')
  const version = reader.uint64()
  const generated = reader.uint64()
  if (reader.uint64() !== 0n) throw unsupported('KRL: flags')
  if (reader.string(MOST_COMMENT_BYTES).length > 0) throw unsupported('KRL: contents in the reserved field')
  const comment = reader.text(MOST_COMMENT_BYTES)
  const found: Found = { certificates: new Map(), keys: new Set(), sha1: new Set(), sha256: new Set(), ranges: 0 }
  while (reader.left > 0) {
    const type = reader.byte()
    readSection(type, reader.nested(MOST_KRL_BYTES, `KRL section ${type}`), found)
  }
  const { keys, sha1, sha256 } = found
  return { version, generated, comment, certificates: merged(found.certificates), keys, sha1, sha256 }
}

function readSection(type: number, section: WireReader, found: Found): void {
  switch (type) {
    case SECTION.certificates:
      readCertificates(section, found)
      break
    case SECTION.explicitKey:
      while (section.left > 0) found.keys.add(latin1(section.string(MOST_KEY_BYTES)))
      break
    case SECTION.sha1:
      readHashes(section, 20, found.sha1)
      break
    case SECTION.sha256:
      readHashes(section, 32, found.sha256)
      break
    case SECTION.signature:
      throw unsupported('KRL: a signature inside, which OpenSSH refuses from 9.4 on')
    default:
      throw unsupported(`KRL: section ${type}`)
  }
}

function readHashes(section: WireReader, length: number, into: Set<string>): void {
  while (section.left > 0) {
    const hash = section.string(64)
    if (hash.length !== length) throw malformed(`KRL: a fingerprint of ${hash.length} bytes`)
    into.add(latin1(hash))
  }
}

function readCertificates(section: WireReader, found: Found): void {
  const authority = section.string(MOST_KEY_BYTES)
  if (authority.length > 0) decodePublicKey(authority)
  if (section.string(MOST_COMMENT_BYTES).length > 0) throw unsupported('KRL: contents in a reserved field')
  const issuer = latin1(authority)
  const revoked = found.certificates.get(issuer) ?? { serials: [], ranges: [], keyIds: new Set() }
  found.certificates.set(issuer, revoked)
  while (section.left > 0) {
    const type = section.byte()
    const part = section.nested(MOST_KRL_BYTES, `KRL section ${type}`)
    found.ranges += readPart(type, part, revoked)
    if (found.ranges > MOST_RANGES) throw tooLarge('KRL: too many serials')
    part.end()
  }
}

/** Serials and ranges that were added. */
function readPart(type: number, part: WireReader, { serials, ranges, keyIds }: FoundCertificates): number {
  switch (type) {
    case SECTION.serialList:
      return readList(part, serials)
    case SECTION.serialRange: {
      const from = part.uint64()
      const to = part.uint64()
      if (from === 0n || to < from) throw malformed('KRL: a range of serials that OpenSSH refuses')
      ranges.push({ from, to })
      return 1
    }
    case SECTION.serialBitmap:
      return readBitmap(part, serials)
    case SECTION.keyId:
      while (part.left > 0) keyIds.add(part.text(MOST_KEY_ID_BYTES))
      return 0
    default:
      throw unsupported(`KRL: section ${type} of certificates`)
  }
}

function readList(part: WireReader, into: bigint[]): number {
  let count = 0
  for (; part.left > 0; count++) {
    const serial = part.uint64()
    if (serial === 0n) throw malformed('KRL: serial 0')
    into.push(serial)
  }
  return count
}

/** The number's lowest bit stands for the first serial. */
function readBitmap(part: WireReader, into: bigint[]): number {
  const first = part.uint64()
  const bits = part.mpint(MOST_BITMAP_BYTES)
  let count = 0
  for (const [i, byte] of bits.entries()) {
    for (let bit = 0; bit < 8; bit++) {
      if ((byte & (1 << bit)) === 0) continue
      const serial = first + BigInt((bits.length - 1 - i) * 8 + bit)
      if (serial === 0n || serial > 0xffff_ffff_ffff_ffffn) throw malformed('KRL: serial 0, or one beyond 64 bits')
      into.push(serial)
      count++
    }
  }
  return count
}

function merged(certificates: ReadonlyMap<string, FoundCertificates>): ReadonlyMap<string, RevokedCertificates> {
  return new Map(
    [...certificates].map(([issuer, { serials, ranges, keyIds }]) => [
      issuer,
      { serials: mergeSerials(serials, ranges), keyIds },
    ]),
  )
}
