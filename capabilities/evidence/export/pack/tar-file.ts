import { type FileHandle, open } from 'node:fs/promises'
import { BergfriedError } from '../../../../kernel/errors.ts'
import { tarHeader, tarPadding } from './tar-header.ts'

/** One file of an archive: where its content lies. */
export interface TarMember {
  readonly name: string
  readonly size: number
  readonly offset: number
}

const BLOCK = 512
const MOST_PAX = 64 * 1024
const decoder = new TextDecoder('utf-8', { fatal: true })

/**
 * Reads an archive of ours: every header and every byte between the files must be what we write for that name and size.
 * Anything else is refused, a cut file and bytes after the end too: one content has one archive.
 */
export class TarFile {
  readonly #file: FileHandle
  readonly #path: string
  readonly size: number

  private constructor(file: FileHandle, path: string, size: number) {
    this.#file = file
    this.#path = path
    this.size = size
  }

  /** @throws {BergfriedError} `verify.unreachable` */
  static async open(path: string): Promise<TarFile> {
    try {
      const file = await open(path, 'r')
      return new TarFile(file, path, (await file.stat()).size)
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
      throw new BergfriedError('verify.unreachable', { url: path, reason: code })
    }
  }

  /** The members in the order in which they lie. @throws {BergfriedError} `verify.failed` */
  async *members(): AsyncGenerator<TarMember> {
    let at = 0
    let begin = 0
    let pax: ReadonlyMap<string, string> | null = null
    for (;;) {
      const block = await this.read(at, BLOCK)
      if (block.every((byte) => byte === 0)) break
      const { name, size, type } = parseHeader(block, at)
      at += BLOCK
      if (type === 'x') {
        if (pax !== null || size > MOST_PAX) throw broken(at, 'pax header')
        pax = paxRecords(await this.read(at, size), at)
        at = next(at, size)
        continue
      }
      if (type !== '0') throw broken(at, `type ${type}`)
      const member = { name: pax?.get('path') ?? name, size: Number(pax?.get('size') ?? size), offset: at }
      if (!Number.isSafeInteger(member.size) || next(at, member.size) > this.size) throw broken(at, 'size')
      await this.#expect(begin, tarHeader(member.name, member.size))
      await this.#expect(at + member.size, tarPadding(member.size))
      yield member
      pax = null
      at = next(at, member.size)
      begin = at
    }
    if (pax !== null || at + 2 * BLOCK !== this.size) throw broken(at, 'end')
    if ((await this.read(at, 2 * BLOCK)).some((byte) => byte !== 0)) throw broken(at, 'end')
  }

  async #expect(offset: number, wanted: Uint8Array): Promise<void> {
    if (Buffer.compare(await this.read(offset, wanted.length), wanted) !== 0) throw broken(offset, 'header')
  }

  /** @throws {BergfriedError} `verify.failed` where the file ends before */
  async read(offset: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length)
    let done = 0
    while (done < length) {
      const { bytesRead } = await this.#file.read(bytes, done, length - done, offset + done)
      if (bytesRead === 0) throw broken(offset + done, 'cut')
      done += bytesRead
    }
    return bytes
  }

  get path(): string {
    return this.#path
  }

  close(): Promise<void> {
    return this.#file.close()
  }
}

const next = (at: number, size: number): number => at + Math.ceil(size / BLOCK) * BLOCK

const broken = (at: number, what: string): BergfriedError =>
  new BergfriedError('verify.failed', {
    reason: `this is no archive of ours (byte ${at}: ${what})`,
    reasonDe: `das ist kein Archiv von uns (Byte ${at}: ${what})`,
  })

function parseHeader(block: Uint8Array, at: number): { name: string; size: number; type: string } {
  const text = (from: number, length: number) => {
    const part = block.subarray(from, from + length)
    const end = part.indexOf(0)
    return String.fromCharCode(...(end < 0 ? part : part.subarray(0, end)))
  }
  const size = text(124, 12)
  if (!/^[0-7]{11}$/.test(size)) throw broken(at, 'size')
  const name = text(0, 100)
  if (!/^[\x21-\x7e]+$/.test(name) || name.startsWith('/')) throw broken(at, 'name')
  return { name, size: Number.parseInt(size, 8), type: text(156, 1) }
}

function paxRecords(bytes: Uint8Array, at: number): ReadonlyMap<string, string> {
  const records = new Map<string, string>()
  let rest = decoder.decode(bytes)
  while (rest !== '') {
    const length = Number(/^(\d{1,6}) /.exec(rest)?.[1])
    const line = rest.slice(0, length)
    const match = /^\d+ (path|size)=([\x21-\x7e]+)\n$/.exec(line)
    if (match?.[1] === undefined || match[2] === undefined || line.length !== length) throw broken(at, 'pax record')
    records.set(match[1], match[2])
    rest = rest.slice(length)
  }
  return records
}
