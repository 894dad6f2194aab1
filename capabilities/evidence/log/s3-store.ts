import { equal } from '../../../engines/tlog/bytes.ts'
import { parseCheckpoint } from '../../../engines/tlog/checkpoint.ts'
import { parseNote } from '../../../engines/tlog/note.ts'
import { parseTilePath, TILE_WIDTH } from '../../../engines/tlog/tile.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import { type S3Access, S3Client } from '../../../kernel/s3/s3-client.ts'
import type { HeadPath, LogFile, LogStore } from './log-store.ts'

/** Objects written at a time. */
const AT_ONCE = 16
const FOR_EVER = { 'cache-control': 'public, max-age=31536000, immutable', 'content-type': 'application/octet-stream' }
const FOR_NOW = { 'cache-control': 'no-cache', 'content-type': 'text/plain; charset=utf-8' }

/**
 * A log in an S3-compatible store. Files that never change are only ever made (`If-None-Match: *`), a head is only replaced where
 * it still is what this process last saw (`If-Match`): a second writer is noticed. That there is one writer at a time is for the
 * database's lock and the keeper.
 *
 * @throws {BergfriedError} `evidence.store` the store does not answer or does not let us in
 */
export async function openS3Store(access: S3Access): Promise<LogStore> {
  const store = new S3Store(
    new S3Client(access, (what, reason) => new BergfriedError('evidence.store', { what, reason })),
  )
  await store.read('checkpoint')
  await store.read('pending')
  return store
}

class S3Store implements LogStore {
  readonly #client: S3Client
  /** ETag of each head as it was last seen; null: not there. */
  readonly #heads = new Map<string, string | null>()
  /** Full tiles of which partial ones were written by this process. Another may have left some, which the first append finds. */
  readonly #growing = new Set<string>()
  #first = true

  constructor(client: S3Client) {
    this.#client = client
  }

  async read(path: string): Promise<Uint8Array | null> {
    const answer = await this.#client.call({ method: 'GET', key: path, expect: [200, 404] })
    const there = answer.status === 200
    if (isHead(path)) this.#heads.set(path, there ? answer.etag : null)
    return there ? answer.bytes : null
  }

  async append(files: readonly LogFile[]): Promise<void> {
    const waiting = [...files]
    const work = async (): Promise<void> => {
      for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) await this.#make(file)
    }
    const done = await Promise.allSettled(Array.from({ length: Math.min(AT_ONCE, files.length) }, work))
    for (const one of done) if (one.status === 'rejected') throw one.reason
    // What is left over does no harm, and a store that cannot list does not stop the sealing.
    await this.#removePartials(files).catch(() => undefined)
    this.#first = false
  }

  async #make({ path, bytes }: LogFile): Promise<void> {
    const headers = { ...FOR_EVER, 'if-none-match': '*' }
    const made = await this.#client.call({ method: 'PUT', key: path, headers, body: bytes, expect: [200, 412] })
    if (made.status === 200) return
    const there = await this.read(path)
    if (there !== null && equal(there, bytes)) return
    if (await this.#isSigned(path)) {
      throw new BergfriedError('evidence.diverged', {
        reason: `${path} in the store has another content and is signed`,
        reasonDe: `${path} im Speicher hat einen anderen Inhalt und ist unterschrieben`,
      })
    }
    // Left by an append that nothing was signed for.
    await this.#client.call({ method: 'PUT', key: path, headers: FOR_EVER, body: bytes, expect: [200] })
  }

  /** Whether a checkpoint in the store vouches for this tile, or for a wider one that begins with it. */
  async #isSigned(path: string): Promise<boolean> {
    const id = parseTilePath(path)
    if (id === null) return true
    for (const head of ['pending', 'checkpoint']) {
      const bytes = await this.read(head)
      if (bytes === null) continue
      const size = sizeOf(bytes)
      if (size === null) return true
      const entries = TILE_WIDTH ** (id.level === 'entries' ? 0 : id.level)
      if ((id.index * TILE_WIDTH + id.width) * entries <= size) return true
    }
    return false
  }

  async replace(path: HeadPath, bytes: Uint8Array): Promise<void> {
    if (!this.#heads.has(path)) await this.read(path)
    const seen = this.#heads.get(path) ?? null
    const condition: Record<string, string> = seen === null ? { 'if-none-match': '*' } : { 'if-match': seen }
    const headers = { ...FOR_NOW, ...condition }
    const answer = await this.#client.call({ method: 'PUT', key: path, headers, body: bytes, expect: [200, 404, 412] })
    if (answer.status === 200 && answer.etag !== null) {
      this.#heads.set(path, answer.etag)
      return
    }
    // Written by an attempt whose answer was lost, or by somebody else.
    const there = await this.read(path)
    if (there === null || !equal(there, bytes)) throw new BergfriedError('evidence.locked', { what: this.#client.name })
  }

  async close(): Promise<void> {}

  /** Allowed once the full tile is there (C2SP tlog-tiles): readers take that. */
  async #removePartials(files: readonly LogFile[]): Promise<void> {
    for (const { path } of files) {
      const [full, width] = path.split('.p/')
      if (width !== undefined && full !== undefined) this.#growing.add(full)
    }
    const full = files.filter(({ path }) => !path.includes('.p/') && (this.#first || this.#growing.has(path)))
    for (const { path } of full) {
      for (const key of await this.#list(`${path}.p/`)) {
        await this.#client.call({ method: 'DELETE', key, expect: [200, 204, 404] })
      }
      this.#growing.delete(path)
    }
  }

  /** Keys below the prefix of the log; at most 255 partial tiles, which one page holds. */
  async #list(below: string): Promise<string[]> {
    const prefix = `${this.#client.prefix}${below}`
    const query = { 'list-type': '2', prefix }
    const { bytes } = await this.#client.call({ method: 'GET', key: '', query, expect: [200] })
    const keys = [
      ...Buffer.from(bytes)
        .toString('utf8')
        .matchAll(/<Key>([^<]{1,1024})<\/Key>/g),
    ].map((m) => m[1] ?? '')
    return keys.filter((key) => key.startsWith(prefix)).map((key) => key.slice(this.#client.prefix.length))
  }
}

/** Null where it is no checkpoint. */
function sizeOf(note: Uint8Array): number | null {
  try {
    return parseCheckpoint(parseNote(Buffer.from(note).toString('utf8')).text).size
  } catch {
    return null
  }
}

const isHead = (path: string): boolean => path === 'checkpoint' || path === 'pending'
