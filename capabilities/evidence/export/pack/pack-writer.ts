import { createHash, type Hash, hash } from 'node:crypto'
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { canonicalJson, type Json } from '../../../../kernel/ledger/canonical-json.ts'
import type { Sink } from '../sink.ts'
import { FOLDER } from './pack-format.ts'
import { TAR_END, tarHeader, tarPadding } from './tar-header.ts'

const CHUNK = 1 << 20

/**
 * Writes a pack: each file goes straight to the sink; of what was written only a line with its digest is kept, in a
 * temporary file, for `digests.sha256` at the end.
 */
export class PackWriter {
  readonly #sink: Sink
  readonly #folder: string
  readonly #spool: FileHandle
  readonly #whole: Hash = createHash('sha256')
  readonly #lines: Hash = createHash('sha256')
  #spooled = 0
  #files = 0
  #bytes = 0

  private constructor(sink: Sink, folder: string, spool: FileHandle) {
    this.#sink = sink
    this.#folder = folder
    this.#spool = spool
  }

  static async begin(sink: Sink): Promise<PackWriter> {
    const folder = await mkdtemp(join(tmpdir(), 'bergfried-pack-'))
    return new PackWriter(sink, folder, await open(join(folder, 'digests'), 'w+', 0o600))
  }

  /** @param name - below the folder of the pack */
  async add(name: string, content: Uint8Array | string): Promise<void> {
    const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content
    const line = Buffer.from(`${hash('sha256', bytes, 'hex')}  ${name}\n`)
    await this.#spool.write(line)
    this.#lines.update(line)
    this.#spooled += line.length
    this.#files++
    await this.#member(name, bytes.length, [bytes])
  }

  async addJson(name: string, value: Json): Promise<void> {
    await this.add(name, canonicalJson(value))
  }

  /** Files of lines of canonical JSON below a folder, each about a mebibyte; nothing where there is no line. */
  lines(folder: string): LineWriter {
    return new LineWriter(this, folder)
  }

  /** Closes the pack. @returns SHA-256 and length of the whole archive */
  async finish(manifest: (digests: { files: number; digests: string }) => Json): Promise<{
    sha256: string
    bytes: number
  }> {
    await this.#member('digests.sha256', this.#spooled, this.#readSpool())
    const text = Buffer.from(canonicalJson(manifest({ files: this.#files, digests: this.#lines.digest('hex') })))
    await this.#member('manifest.json', text.length, [text])
    await this.#put(TAR_END)
    return { sha256: this.#whole.digest('hex'), bytes: this.#bytes }
  }

  /** Removes the temporary file, whether the pack was finished or not. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#spool.close()
    await rm(this.#folder, { recursive: true, force: true })
  }

  async *#readSpool(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < this.#spooled; ) {
      const { buffer, bytesRead } = await this.#spool.read(Buffer.alloc(65_536), 0, 65_536, at)
      yield buffer.subarray(0, bytesRead)
      at += bytesRead
    }
  }

  async #member(name: string, size: number, content: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<void> {
    await this.#put(tarHeader(`${FOLDER}/${name}`, size))
    for await (const part of content) await this.#put(part)
    await this.#put(tarPadding(size))
  }

  async #put(bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0) return
    this.#whole.update(bytes)
    this.#bytes += bytes.length
    await this.#sink.write(bytes)
  }
}

/** Lines of canonical JSON, cut into files after each full mebibyte. */
export class LineWriter {
  readonly #writer: PackWriter
  readonly #folder: string
  #pending: string[] = []
  #length = 0
  #chunk = 0
  #count = 0

  constructor(writer: PackWriter, folder: string) {
    this.#writer = writer
    this.#folder = folder
  }

  get count(): number {
    return this.#count
  }

  async add(value: Json): Promise<void> {
    const line = canonicalJson(value)
    this.#pending.push(line)
    this.#length += Buffer.byteLength(line) + 1
    this.#count++
    if (this.#length >= CHUNK) await this.close()
  }

  async close(): Promise<void> {
    if (this.#pending.length === 0) return
    const name = `${this.#folder}/${String(this.#chunk++).padStart(6, '0')}.jsonl`
    const text = `${this.#pending.join('\n')}\n`
    this.#pending = []
    this.#length = 0
    await this.#writer.add(name, text)
  }
}
