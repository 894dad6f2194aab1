import { type FileHandle, open, readFile, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { flushFolder } from './durable.ts'
import { codeOf } from './errors.ts'
import type { Tree } from './growth.ts'
import { isCount, isHex, isObjectOf, isText, parseShape } from './shape.ts'

const NAME = 'journal'
/** A line has about 130 bytes: so many signatures are kept, four files of them; the log itself holds all of its past. */
const MOST_BYTES = 1024 * 1024
const OLDER = [3, 2, 1] as const

type Newest = Tree | 'broken' | null

const isLine = isObjectOf({ at: isText(40), size: isCount, root: isHex(32) })

/**
 * What the keeper signed, one line each, flushed before the signature leaves the process. It is the second opinion on the
 * state: a state that is behind the journal was put back by somebody.
 *
 * Bounded by rotation: `journal` up to 1 MiB, then `journal.1` to `journal.3`.
 */
export class Journal {
  readonly #folder: string
  readonly #most: number
  #file: FileHandle
  #bytes: number
  #newest: Newest

  private constructor(folder: string, most: number, file: FileHandle, bytes: number, newest: Newest) {
    this.#folder = folder
    this.#most = most
    this.#file = file
    this.#bytes = bytes
    this.#newest = newest
  }

  /** Opens the journal and cuts off a last line that was not written whole: its signature never left. */
  static async open(folder: string, most: number = MOST_BYTES): Promise<Journal> {
    const path = join(folder, NAME)
    const text = await readOrEmpty(path)
    const whole = text.slice(0, text.lastIndexOf('\n') + 1)
    const file = await open(path, 'a', 0o600)
    try {
      const bytes = Buffer.byteLength(whole)
      if (whole.length < text.length) await file.truncate(bytes)
      // What a killed process wrote may be in memory alone, and counts from now on: the state's name in the folder, too.
      await file.sync()
      await flushFolder(folder)
      const newest = newestOf(whole) ?? newestOf(await readOrEmpty(`${path}.1`))
      return new Journal(folder, most, file, bytes, newest)
    } catch (error) {
      await file.close()
      throw error
    }
  }

  /** What was signed last, as far as the journal knows; null: nothing. */
  get newest(): Newest {
    return this.#newest
  }

  /** Durable when it resolves. @param at - ISO 8601 */
  async add(tree: Tree, at: string): Promise<void> {
    const line = `${JSON.stringify({ at, size: tree.size, root: Buffer.from(tree.root).toString('hex') })}\n`
    if (this.#bytes + line.length > this.#most) await this.#rotate()
    try {
      await this.#file.write(line)
      await this.#file.datasync()
    } catch (error) {
      // Half a line must not become the beginning of the next one.
      await this.#file.truncate(this.#bytes)
      throw error
    }
    this.#bytes += line.length
    this.#newest = tree
  }

  close(): Promise<void> {
    return this.#file.close()
  }

  async #rotate(): Promise<void> {
    const path = join(this.#folder, NAME)
    for (const n of OLDER) {
      const from = n === 1 ? path : `${path}.${n - 1}`
      await rename(from, `${path}.${n}`).catch((error: unknown) => {
        if (codeOf(error) !== 'ENOENT') throw error
      })
    }
    await this.#file.close()
    this.#file = await open(path, 'a', 0o600)
    this.#bytes = (await stat(path)).size
    await flushFolder(this.#folder)
  }
}

function newestOf(text: string): Newest {
  if (text === '') return null
  const line = parseShape(text.trimEnd().split('\n').at(-1) ?? '', isLine)
  return line === null ? 'broken' : { size: line.size, root: new Uint8Array(Buffer.from(line.root, 'hex')) }
}

const readOrEmpty = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return ''
    throw error
  })
