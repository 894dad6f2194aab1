import { createHash, randomBytes } from 'node:crypto'
import type { AppendFile } from './file-layer.ts'
import type { LogFile } from './log-store.ts'

const MAGIC = 0x62_66_6a_33
const HASH_BYTES = 32
const RECORD_HEAD = 4 + 4 + HASH_BYTES
const FILE_HEAD = 4 + HASH_BYTES
/** Zeros written ahead: a sync within them need not wait for the file system to note a new length. */
const AHEAD_BYTES = 1024 * 1024

/**
 * The journal: a file that holds appends which are not yet safe in their own files. One write and one sync make an append
 * durable, whatever the number of its files.
 *
 * The file: magic (4 bytes), 32 random bytes that are new whenever the journal begins anew, records, zeros. A record: magic (4),
 * length of the payload (4, big-endian), digest, payload. The payload: for each file the length of its path (2), the path, the
 * length of its content (4), the content. The digest is SHA-256 over the digest before (for the first record: the random bytes) and
 * the payload, so what lies behind the last record, of a failed append or of an earlier time, never follows it.
 */
export class Journal {
  readonly #file: AppendFile
  readonly #ahead: number
  #room: number
  #end = FILE_HEAD
  #digest: Uint8Array = new Uint8Array(HASH_BYTES)

  /** Call {@link clear} before the first append. */
  constructor(file: AppendFile, aheadBytes = AHEAD_BYTES) {
    this.#file = file
    this.#room = file.size
    this.#ahead = aheadBytes
  }

  /** Bytes of records. */
  get bytes(): number {
    return this.#end - FILE_HEAD
  }

  /** Durable when it resolves. A failed append leaves its place to the next one. One at a time. */
  async append(files: readonly LogFile[]): Promise<void> {
    const { record, digest } = encodeRecord(files, this.#digest)
    const end = this.#end + record.length
    if (end > this.#room) {
      try {
        await this.#file.write(new Uint8Array(this.#ahead), end)
        this.#room = end + this.#ahead
      } catch {
        // Where there is no room for that, there may be some for the record.
        await this.#file.truncate(Math.max(this.#room, this.#end))
      }
    }
    await this.#file.write(record, this.#end)
    await this.#file.sync()
    this.#end = end
    this.#digest = digest
  }

  /** Forgets all records. Only when what they hold is safe elsewhere. */
  async clear(): Promise<void> {
    const head = Buffer.concat([Buffer.alloc(4), randomBytes(HASH_BYTES)])
    head.writeUInt32BE(MAGIC, 0)
    await this.#file.write(head, 0)
    await this.#file.sync()
    this.#end = FILE_HEAD
    this.#digest = head.subarray(4)
  }

  close(): Promise<void> {
    return this.#file.close()
  }
}

/** What the journal on the disk holds, in order, up to the first record that was not finished. */
export function readJournal(bytes: Uint8Array): LogFile[] {
  const files: LogFile[] = []
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < FILE_HEAD || view.getUint32(0) !== MAGIC) return files
  let before = bytes.subarray(4, FILE_HEAD)
  for (let at = FILE_HEAD; at + RECORD_HEAD <= bytes.length; ) {
    const length = view.getUint32(at + 4)
    const payload = bytes.subarray(at + RECORD_HEAD, at + RECORD_HEAD + length)
    if (view.getUint32(at) !== MAGIC || payload.length !== length) break
    const digest = digestOf(before, payload)
    if (!digest.equals(bytes.subarray(at + 8, at + RECORD_HEAD))) break
    files.push(...decodePayload(payload))
    before = digest
    at += RECORD_HEAD + length
  }
  return files
}

const digestOf = (before: Uint8Array, payload: Uint8Array): Buffer =>
  createHash('sha256').update(before).update(payload).digest()

function encodeRecord(files: readonly LogFile[], before: Uint8Array): { record: Uint8Array; digest: Uint8Array } {
  const paths = files.map(({ path }) => Buffer.from(path))
  const length = files.reduce((n, { bytes }, i) => n + 2 + (paths[i]?.length ?? 0) + 4 + bytes.length, 0)
  const record = Buffer.allocUnsafe(RECORD_HEAD + length)
  let at = RECORD_HEAD
  for (const [i, { bytes }] of files.entries()) {
    const path = paths[i] ?? Buffer.alloc(0)
    at = record.writeUInt16BE(path.length, at)
    at += path.copy(record, at)
    at = record.writeUInt32BE(bytes.length, at)
    record.set(bytes, at)
    at += bytes.length
  }
  const digest = digestOf(before, record.subarray(RECORD_HEAD))
  record.writeUInt32BE(MAGIC, 0)
  record.writeUInt32BE(length, 4)
  digest.copy(record, 8)
  return { record, digest }
}

/** The digest of the payload held: what is in it is what was written. */
function decodePayload(payload: Uint8Array): LogFile[] {
  const files: LogFile[] = []
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength)
  for (let at = 0; at < payload.length; ) {
    const pathEnd = at + 2 + view.getUint16(at)
    const path = Buffer.from(payload.subarray(at + 2, pathEnd)).toString('utf8')
    const end = pathEnd + 4 + view.getUint32(pathEnd)
    files.push({ path, bytes: payload.slice(pathEnd + 4, end) })
    at = end
  }
  return files
}
