import { latin1, utf8 } from './bytes.ts'
import { malformed, refused, SshError, tooLarge } from './errors.ts'
import {
  FINGERPRINT_SECTIONS,
  KRL_FORMAT,
  KRL_MAGIC,
  MOST_COMMENT_BYTES,
  MOST_KEY_ID_BYTES,
  MOST_KRL_BYTES,
  SECTION,
} from './krl-format.ts'
import type { PublicKey } from './public-key.ts'
import { mergeSerials, type SerialRange, type SerialRanges } from './serial-ranges.ts'
import { isUint64, WireWriter } from './wire-writer.ts'

/** What a revocation list shall say. */
export interface RevocationRequest {
  /** At least 1, and more than that of the list before. */
  readonly version: bigint
  /** Unix time in seconds. */
  readonly generated: bigint
  readonly comment?: string
  readonly certificates?: readonly CertificateRevocations[]
  /** Whole keys. Certificates of them go too, and those that they issued. */
  readonly keys?: readonly PublicKey[]
  /** SHA-256 of keys' wire forms: 32 bytes each. */
  readonly sha256?: readonly Uint8Array[]
  /** SHA-1 of keys' wire forms: 20 bytes each. */
  readonly sha1?: readonly Uint8Array[]
}

/** Certificates of one authority that are revoked. */
export interface CertificateRevocations {
  /** Null for all authorities. */
  readonly authority: PublicKey | null
  /** From 1 on: 0 is no serial. */
  readonly serials?: readonly bigint[]
  readonly serialRanges?: readonly SerialRange[]
  readonly keyIds?: readonly string[]
}

/** The list before: a new one must follow it. */
export interface Predecessor {
  readonly version: bigint
  readonly generated: bigint
}

/**
 * Writes a revocation list that OpenSSH from 7.9 on reads. Serials become lists and ranges, whichever takes fewer bytes, and
 * never bitmaps: ssh-keygen's own lists with a bitmap over more than 16,384 serials are refused by OpenSSH 9.2, which then lets
 * nobody in. Equal requests give equal bytes.
 *
 * A host must never find an empty file: sshd takes one for a list that revokes nothing. Write beside, check, rename.
 *
 * @param predecessor null for the first list
 * @throws {SshError} `rollback`: not after its predecessor; `refused`: serial 0, version 0; `malformed`, `too_large`
 */
export function writeRevocationList(request: RevocationRequest, predecessor: Predecessor | null): Uint8Array {
  checkHead(request)
  checkSuccessor(request, predecessor)
  const writer = new WireWriter(4096)
  writer.raw(KRL_MAGIC).uint32(KRL_FORMAT).uint64(request.version).uint64(request.generated)
  // No flags are defined; the reserved string is empty.
  writer
    .uint64(0n)
    .string('')
    .string(request.comment ?? '')
  for (const certificates of request.certificates ?? []) writeCertificates(writer, certificates)
  writeBlobs(writer, SECTION.explicitKey, request.keys?.map((key) => key.blob) ?? [])
  for (const { section, name, length } of FINGERPRINT_SECTIONS) {
    const hashes = request[name] ?? []
    if (hashes.some((hash) => hash.length !== length))
      throw malformed(`KRL: a ${name} that is not ${length} bytes long`)
    writeBlobs(writer, section, hashes)
  }
  if (writer.length > MOST_KRL_BYTES) throw tooLarge(`KRL: ${writer.length} bytes`)
  return writer.bytes()
}

/**
 * Whether a list may take the place of another. sshd compares no versions: putting back an old file lets the revoked in again,
 * so whoever puts lists in place must ask this first.
 *
 * @throws {SshError} `rollback`
 */
export function checkSuccessor(next: Predecessor, before: Predecessor | null): void {
  if (before === null) return
  if (next.version <= before.version) {
    throw new SshError('rollback', `KRL: version ${next.version} after ${before.version}`)
  }
  if (next.generated < before.generated) throw new SshError('rollback', 'KRL: generated before its predecessor')
}

function checkHead({ version, generated, comment = '' }: RevocationRequest): void {
  if (!isUint64(version) || !isUint64(generated)) throw malformed('KRL: a version or date that is no uint64')
  if (version === 0n) throw refused('KRL: version 0')
  if (comment.includes('\0') || !comment.isWellFormed()) throw malformed('KRL: a comment that is no text')
  if (utf8(comment).length > MOST_COMMENT_BYTES) throw tooLarge('KRL: the comment')
}

function writeCertificates(writer: WireWriter, revoked: CertificateRevocations): void {
  const { authority, serials = [], serialRanges = [], keyIds = [] } = revoked
  for (const serial of serials) checkSerial(serial)
  for (const { from, to } of serialRanges) {
    checkSerial(from)
    checkSerial(to)
    if (to < from) throw malformed('KRL: a range of serials that ends before it begins')
  }
  const merged = mergeSerials(serials, serialRanges)
  if (merged.from.length + keyIds.length === 0) return
  writer.byte(SECTION.certificates).nested((section) => {
    section.string(authority?.blob ?? '').string('')
    writeSerials(section, merged)
    writeKeyIds(section, keyIds)
  })
}

/** A range takes 21 bytes, a serial in the list 8: so runs of three and more are ranges. */
function writeSerials(section: WireWriter, { from, to }: SerialRanges): void {
  const listed: bigint[] = []
  for (const [i, low] of from.entries()) {
    const high = to[i] ?? low
    if (high - low < 2n) {
      listed.push(low)
      if (high !== low) listed.push(high)
    } else section.byte(SECTION.serialRange).nested((inner) => inner.uint64(low).uint64(high))
  }
  if (listed.length === 0) return
  section.byte(SECTION.serialList).nested((inner) => {
    for (const serial of listed) inner.uint64(serial)
  })
}

function writeKeyIds(section: WireWriter, keyIds: readonly string[]): void {
  if (keyIds.length === 0) return
  section.byte(SECTION.keyId).nested((inner) => {
    for (const keyId of [...new Set(keyIds)].sort()) {
      if (keyId === '' || keyId.includes('\0') || !keyId.isWellFormed())
        throw malformed('KRL: a key id that is no text')
      if (utf8(keyId).length > MOST_KEY_ID_BYTES) throw tooLarge('KRL: a key id')
      inner.string(keyId)
    }
  })
}

/** In numeric order, each once. */
function writeBlobs(writer: WireWriter, section: number, blobs: readonly Uint8Array[]): void {
  if (blobs.length === 0) return
  const once = new Map(blobs.map((blob) => [latin1(blob), blob]))
  writer.byte(section).nested((inner) => {
    for (const blob of [...once.values()].sort(Buffer.compare)) inner.string(blob)
  })
}

function checkSerial(serial: bigint): void {
  if (!isUint64(serial)) throw malformed('KRL: a serial that is no uint64')
  if (serial === 0n) throw refused('KRL: serial 0, which certificates without a number have')
}
