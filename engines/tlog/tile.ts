import { isSize, parseDecimal } from './bytes.ts'
import { malformed, TlogError } from './errors.ts'
import { HASH_SIZE } from './merkle.ts'

/** Hashes in a full tile, entries in a full bundle (C2SP tlog-tiles). */
export const TILE_WIDTH = 256
/** Longest entry that a bundle can hold, in bytes. */
export const MOST_ENTRY_BYTES = 65_535
const MOST_LEVEL = 63

/** One tile of hashes, or one bundle of entries, with as many of them as it has: 1 to 256. */
export interface TileId {
  readonly level: number | 'entries'
  readonly index: number
  readonly width: number
}

/**
 * The path of a tile below the prefix of its log, for example `tile/0/x001/234.p/7`.
 *
 * @throws {TlogError} `malformed` for a place where no tile can be
 */
export function tilePath(id: TileId): string {
  const level = id.level === 'entries' || (isSize(id.level) && id.level <= MOST_LEVEL)
  if (!level || !isSize(id.index) || !isWidth(id.width)) throw malformed('no place of a tile')
  const digits = String(id.index).padStart(3, '0')
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0')
  const groups = padded.match(/.{3}/g) ?? []
  const path = groups.map((group, i) => (i === groups.length - 1 ? group : `x${group}`)).join('/')
  return `tile/${id.level}/${path}${id.width === TILE_WIDTH ? '' : `.p/${id.width}`}`
}

const isWidth = (n: number): boolean => isSize(n) && n >= 1 && n <= TILE_WIDTH

/** What {@link tilePath} made, or null for anything else. */
export function parseTilePath(path: string): TileId | null {
  if (path.length > 64) return null
  const match = /^tile\/(entries|0|[1-9][0-9]?)\/((?:x[0-9]{3}\/)*[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/.exec(path)
  if (match === null) return null
  const [, levelText = '', indexText = '', widthText] = match
  const level = levelText === 'entries' ? levelText : Number(levelText)
  const index = parseDecimal(indexText.replace(/[x/]/g, '').replace(/^0+(?=.)/, ''))
  const width = widthText === undefined ? TILE_WIDTH : Number(widthText)
  if (index === null || (level !== 'entries' && level > MOST_LEVEL)) return null
  if (widthText !== undefined && width >= TILE_WIDTH) return null
  const id: TileId = { level, index, width }
  return tilePath(id) === path ? id : null
}

/** How wide the tile at this place is in a tree of this size; 0: not there. */
export function widthAt(level: number | 'entries', index: number, size: number): number {
  const hashes = Math.floor(size / TILE_WIDTH ** (level === 'entries' ? 0 : level))
  return Math.max(0, Math.min(TILE_WIDTH, hashes - index * TILE_WIDTH))
}

/** @throws {TlogError} `malformed` where a tile has not exactly its hashes */
export function checkTile(bytes: Uint8Array, width: number): Uint8Array {
  if (bytes.length !== width * HASH_SIZE) throw malformed(`a tile of ${width} hashes has ${bytes.length} bytes`)
  return bytes
}

/**
 * Entries one after the other, each behind its length in two bytes, big-endian.
 *
 * @throws {TlogError} `too_large` an entry is longer than 65,535 bytes or there are more than 256
 */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array {
  if (entries.length > TILE_WIDTH) throw new TlogError('too_large', `a bundle of ${entries.length} entries`)
  const bytes = new Uint8Array(entries.reduce((n, entry) => n + 2 + entry.length, 0))
  let at = 0
  for (const entry of entries) {
    if (entry.length > MOST_ENTRY_BYTES) throw new TlogError('too_large', `an entry of ${entry.length} bytes`)
    bytes[at] = entry.length >>> 8
    bytes[at + 1] = entry.length & 0xff
    bytes.set(entry, at + 2)
    at += 2 + entry.length
  }
  return bytes
}

/**
 * The entries of a bundle, as views into it.
 *
 * @throws {TlogError} `malformed` where it does not hold exactly `width` entries
 */
export function decodeBundle(bytes: Uint8Array, width: number): Uint8Array[] {
  if (!isWidth(width)) throw malformed(`no width of a bundle: ${width}`)
  const entries: Uint8Array[] = []
  let at = 0
  while (entries.length < width) {
    if (at + 2 > bytes.length) throw malformed(`a bundle ends after ${entries.length} of ${width} entries`)
    const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
    const end = at + 2 + length
    if (end > bytes.length) throw malformed(`entry ${entries.length} of a bundle is cut off`)
    entries.push(bytes.subarray(at + 2, end))
    at = end
  }
  if (at !== bytes.length) throw malformed(`${bytes.length - at} bytes too many at the end of a bundle`)
  return entries
}
