import { SigmaError } from './errors.ts'
import type { Part } from './wildcard.ts'

/** Characters that Windows programs take for the dash of a parameter: hyphen, slash, en dash, em dash, horizontal bar. */
const DASHES = ['-', '/', '\u2013', '\u2014', '\u2015'] as const
/** 5 ways for each dash: six dashes are 15,625 values. */
const MAX_DASHES = 5

/**
 * All ways to write the dashes that begin a parameter: a dash with a word character behind it and none before it.
 * The dash inside of `-param-name` stays.
 */
export function windash(parts: readonly Part[]): Part[][] {
  let ways: Part[][] = [[]]
  let dashes = 0
  for (const part of parts) {
    if (typeof part !== 'string') {
      for (const way of ways) way.push(part)
      continue
    }
    for (const piece of part.split(/(?<![A-Za-z0-9_])([-/\u2013\u2014\u2015])(?=[A-Za-z0-9_])/u)) {
      if (piece === '') continue
      if (!(DASHES as readonly string[]).includes(piece)) {
        for (const way of ways) append(way, piece)
        continue
      }
      dashes++
      if (dashes > MAX_DASHES) throw new SigmaError('too_large', `windash over more than ${MAX_DASHES} dashes`)
      ways = ways.flatMap((way) =>
        DASHES.map((dash) => {
          const other = [...way]
          append(other, dash)
          return other
        }),
      )
    }
  }
  return ways
}

function append(parts: Part[], text: string): void {
  const last = parts.at(-1)
  if (typeof last === 'string') parts[parts.length - 1] = last + text
  else parts.push(text)
}

export type Wide = 'utf16le' | 'utf16be' | 'utf16'

/** Text in UTF-16, little or big endian; `utf16` is little endian behind a byte order mark. */
export function utf16(text: string, how: Wide): Uint8Array {
  const mark = how === 'utf16' ? 1 : 0
  const bytes = new Uint8Array((text.length + mark) * 2)
  const view = new DataView(bytes.buffer)
  if (mark === 1) view.setUint16(0, 0xfeff, true)
  for (let i = 0; i < text.length; i++) view.setUint16((i + mark) * 2, text.charCodeAt(i), how !== 'utf16be')
  return bytes
}

/** Bytes as text: UTF-8, refused where they are none, for then no event can hold them as text. */
export function bytesAsText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new SigmaError('unsupported', 'UTF-16 of this value is no text; encode it in Base64 as well')
  }
}

/** Standard Base64 with padding (RFC 4648 section 4). */
export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

/**
 * What is the same of a value's Base64 wherever the value stands in what was encoded: one text for each of the three
 * shifts, without the characters that mix with neighbours.
 */
export function base64Offsets(bytes: Uint8Array): string[] {
  const texts = [0, 1, 2].map((shift) => {
    const whole = base64(Buffer.concat([Buffer.alloc(shift), bytes]))
    // 6 bits a character: the first that holds none of the shift, and as many as hold nothing behind the value.
    const first = Math.ceil((shift * 8) / 6)
    const last = Math.floor(((shift + bytes.length) * 8) / 6)
    return whole.slice(first, last)
  })
  if (texts.some((text) => text === ''))
    throw new SigmaError('unsupported', 'base64offset of a value too short to recognise')
  return texts
}
