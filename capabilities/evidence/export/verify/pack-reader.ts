import { createHash } from 'node:crypto'
import type * as z from 'zod'
import { type TileId, tilePath } from '../../../../engines/tlog/tile.ts'
import { neededBundles, neededTiles } from '../pack/needed-tiles.ts'
import { FOLDER, Manifest, ORDER } from '../pack/pack-format.ts'
import { TarFile, type TarMember } from '../pack/tar-file.ts'
import { failed } from './failed.ts'

const PART = 1 << 20
const MOST_FILE = 256 * 1024 * 1024

/** Where the tiles of one level lie: those above the window one after another, then the last one. */
interface Level {
  readonly first: number
  readonly sequence: number
  count: number
  last: { readonly index: number; readonly sequence: number } | null
}

/**
 * A pack whose files are those that its manifest names: order, names, lengths and digests. What the files say is not yet
 * checked. Keeps 16 bytes per tile and a line per other file in memory.
 */
export class PackReader {
  readonly manifest: Manifest
  /** SHA-256 of the whole archive. */
  readonly sha256: string
  readonly #tar: TarFile
  readonly #files: ReadonlyMap<string, TarMember>
  readonly #offsets: readonly number[]
  readonly #sizes: readonly number[]
  readonly #levels = new Map<number | 'entries', Level>()

  private constructor(tar: TarFile, listed: Listed, manifest: Manifest, sha256: string) {
    this.#tar = tar
    this.#files = listed.files
    this.#offsets = listed.offsets
    this.#sizes = listed.sizes
    this.manifest = manifest
    this.sha256 = sha256
  }

  /** @throws {BergfriedError} `verify.failed`, `verify.unreachable` */
  static async open(path: string): Promise<PackReader> {
    const tar = await TarFile.open(path)
    try {
      const listed = await list(tar)
      const reader = new PackReader(tar, listed, await manifestOf(tar, listed), await digestOf(tar, 0, tar.size))
      reader.#arrange(listed.names)
      return reader
    } catch (error) {
      await tar.close()
      throw error
    }
  }

  close(): Promise<void> {
    return this.#tar.close()
  }

  /** The tiles that must be here are here, under their names and in their order, and no others. */
  #arrange(names: string): void {
    const { window, checkpoint } = this.manifest
    const expected = createHash('sha256')
    let sequence = 0
    for (const ids of [
      neededTiles(window.positions, checkpoint.size),
      neededBundles(window.positions, checkpoint.size),
    ]) {
      for (const id of ids) {
        expected.update(`log/${tilePath(id)}\n`)
        const level = this.#levels.get(id.level)
        if (level === undefined) this.#levels.set(id.level, { first: id.index, sequence, count: 1, last: null })
        else if (id.index === level.first + level.count) level.count++
        else level.last = { index: id.index, sequence }
        sequence++
      }
    }
    if (expected.digest('hex') !== names) {
      throw failed(
        'the tiles are not those that the window needs',
        'die Kacheln sind nicht die, die das Fenster braucht',
      )
    }
  }

  /** A tile of the pack, as a log would serve it. */
  readonly readTile = async (id: TileId): Promise<Uint8Array> => {
    const level = this.#levels.get(id.level)
    const along = level === undefined ? -1 : id.index - level.first
    const sequence =
      level !== undefined && along >= 0 && along < level.count ? level.sequence + along : level?.last?.sequence
    if (sequence === undefined || (along >= (level?.count ?? 0) && level?.last?.index !== id.index)) {
      throw failed(`the pack has no ${tilePath(id)}`, `das Paket hat kein ${tilePath(id)}`)
    }
    return this.#tar.read(this.#offsets[sequence] ?? 0, this.#sizes[sequence] ?? 0)
  }

  /** A file by its name below the folder of the pack. @throws {BergfriedError} `verify.failed` */
  async file(name: string): Promise<Uint8Array> {
    const member = this.#files.get(name)
    if (member === undefined) throw failed(`the pack has no ${name}`, `das Paket hat kein ${name}`)
    if (member.size > MOST_FILE) throw failed(`${name} is too large`, `${name} ist zu groß`)
    return this.#tar.read(member.offset, member.size)
  }

  /** Names of the files below a folder, in their order. */
  names(folder: string): readonly string[] {
    return [...this.#files.keys()].filter((name) => name.startsWith(`${folder}/`))
  }

  /** The lines below a folder, each checked against its shape. @throws {BergfriedError} `verify.failed` */
  async *lines<S extends z.ZodType>(folder: string, shape: S): AsyncGenerator<z.output<S>> {
    for (const name of this.names(folder)) {
      const text = Buffer.from(await this.file(name)).toString('utf8')
      if (!text.endsWith('\n')) throw failed(`${name} ends within a line`, `${name} endet mitten in einer Zeile`)
      let number = 0
      for (const line of text.slice(0, -1).split('\n')) {
        number++
        const parsed = shape.safeParse(json(line))
        if (!parsed.success) {
          const at = `${name}, ${number}`
          throw failed(`${at}: no line of this format`, `${at}: keine Zeile dieses Formats`)
        }
        yield parsed.data
      }
    }
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

interface Listed {
  readonly files: ReadonlyMap<string, TarMember>
  readonly offsets: readonly number[]
  readonly sizes: readonly number[]
  /** SHA-256 over the names of the tiles in their order. */
  readonly names: string
  /** SHA-256 over the lines that `digests.sha256` must consist of, and how many. */
  readonly digests: string
  readonly count: number
}

async function list(tar: TarFile): Promise<Listed> {
  const files = new Map<string, TarMember>()
  const offsets: number[] = []
  const sizes: number[] = []
  const names = createHash('sha256')
  const digests = createHash('sha256')
  let count = 0
  let section = 0
  for await (const member of tar.members()) {
    const name = member.name.startsWith(`${FOLDER}/`) ? member.name.slice(FOLDER.length + 1) : ''
    while (section < ORDER.length && ORDER[section]?.test(name) !== true) section++
    if (section === ORDER.length || files.has(name)) {
      throw failed(`${member.name} does not belong there`, `${member.name} gehört da nicht hin`)
    }
    if (name.startsWith('log/tile/')) {
      offsets.push(member.offset)
      sizes.push(member.size)
      names.update(`${name}\n`)
    } else files.set(name, { ...member, name })
    if (section < ORDER.length - 2) {
      digests.update(`${await digestOf(tar, member.offset, member.size)}  ${name}\n`)
      count++
    }
  }
  return { files, offsets, sizes, names: names.digest('hex'), digests: digests.digest('hex'), count }
}

async function manifestOf(tar: TarFile, listed: Listed): Promise<Manifest> {
  const member = listed.files.get('manifest.json')
  if (member === undefined || member.size > 16 * PART) throw failed('there is no manifest', 'es gibt kein Manifest')
  const parsed = Manifest.safeParse(json(Buffer.from(await tar.read(member.offset, member.size)).toString('utf8')))
  if (!parsed.success) throw failed('the manifest is of another format', 'das Manifest hat ein anderes Format')
  const list = listed.files.get('digests.sha256')
  const stated = list === undefined ? '' : await digestOf(tar, list.offset, list.size)
  if (stated !== listed.digests || parsed.data.digests !== stated || parsed.data.files !== listed.count) {
    throw failed('a file is not the one that the manifest names', 'eine Datei ist nicht die, die das Manifest nennt')
  }
  return parsed.data
}

async function digestOf(tar: TarFile, offset: number, size: number): Promise<string> {
  const sum = createHash('sha256')
  for (let at = 0; at < size; at += PART) sum.update(await tar.read(offset + at, Math.min(PART, size - at)))
  return sum.digest('hex')
}
