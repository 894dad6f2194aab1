import { createHash } from 'node:crypto'
import type { AppendFile } from './file-layer.ts'
import type { LogFile } from './log-store.ts'

const MAGIC = 0x62_66_6a_31
const HEAD_BYTES = 4 + 4 + 32

/**
 * The journal: a file that holds appends which are not yet safe in their own files. One write and one sync make an append
 * durable, whatever the number of its files.
 *
 * A record: magic (4 bytes), length of the payload (4, big-endian), SHA-256 of the payload, payload. The payload: for each file
 * the length of its path (2), the path, the length of its content (4), the content.
 */
export class Journal {
  readonly #file: AppendFile
  #end = 0

  constructor(file: AppendFile) {
    this.#file = file
  }

  get bytes(): number {
    return this.#end
  }

  /** Durable when it resolves. A failed append leaves its place to the next one. */
  async append(files: readonly LogFile[]): Promise<void> {
    const record = encodeRecord(files)
    await this.#file.write(record, this.#end)
    await this.#file.sync()
    this.#end += record.length
  }

  /** Forgets all records. Only when what they hold is safe elsewhere. */
  async clear(): Promise<void> {
    await this.#file.truncate()
    await this.#file.sync()
    this.#end = 0
  }

  close(): Promise<void> {
    return this.#file.close()
  }
}

/** What the journal on the disk holds, in order, up to the first record that was not finished. */
export function readJournal(bytes: Uint8Array): LogFile[] {
  const files: LogFile[] = []
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 0; at + HEAD_BYTES <= bytes.length; ) {
    const length = view.getUint32(at + 4)
    const payload = bytes.subarray(at + HEAD_BYTES, at + HEAD_BYTES + length)
    if (view.getUint32(at) !== MAGIC || payload.length !== length) break
    if (!digest(payload).equals(bytes.subarray(at + 8, at + HEAD_BYTES))) break
    files.push(...decodePayload(payload))
    at += HEAD_BYTES + length
  }
  return files
}

const digest = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()

function encodeRecord(files: readonly LogFile[]): Uint8Array {
  const paths = files.map(({ path }) => Buffer.from(path))
  const length = files.reduce((n, { bytes }, i) => n + 2 + (paths[i]?.length ?? 0) + 4 + bytes.length, 0)
  const record = Buffer.allocUnsafe(HEAD_BYTES + length)
  let at = HEAD_BYTES
  for (const [i, { bytes }] of files.entries()) {
    const path = paths[i] ?? Buffer.alloc(0)
    at = record.writeUInt16BE(path.length, at)
    at += path.copy(record, at)
    at = record.writeUInt32BE(bytes.length, at)
    record.set(bytes, at)
    at += bytes.length
  }
  record.writeUInt32BE(MAGIC, 0)
  record.writeUInt32BE(length, 4)
  digest(record.subarray(HEAD_BYTES)).copy(record, 8)
  return record
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
