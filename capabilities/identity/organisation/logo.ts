import { BergfriedError } from '../../../kernel/errors.ts'
import { cleanSvg } from './clean-svg.ts'

export interface Logo {
  readonly type: 'image/png' | 'image/webp' | 'image/svg+xml'
  readonly bytes: Buffer
}

const MOST_BYTES = 100 * 1024
const MOST_PIXELS = 4096

/**
 * A logo from a data address. Its bytes have to be what it says it is; a drawing is written anew from what is known to be
 * harmless.
 *
 * @throws {BergfriedError} `identity.logo_invalid`
 */
export function logoOf(address: string): Logo {
  const [, type, text] = /^data:image\/(png|webp|svg\+xml);base64,([A-Za-z0-9+/]+={0,2})$/.exec(address) ?? []
  if (type === undefined || text === undefined) {
    throw invalid('PNG, WebP or SVG as a data address', 'PNG, WebP oder SVG als Datenadresse')
  }
  const bytes = Buffer.from(text, 'base64')
  if (bytes.length > MOST_BYTES) throw invalid('at most 100 kB', 'höchstens 100 kB')
  if (type === 'svg+xml') {
    const clean = cleanSvg(bytes.toString('utf8'))
    if (clean === null) throw invalid('this drawing cannot be read', 'diese Zeichnung lässt sich nicht lesen')
    const written = Buffer.from(clean)
    if (written.length > MOST_BYTES) throw invalid('at most 100 kB', 'höchstens 100 kB')
    return { type: 'image/svg+xml', bytes: written }
  }
  const size = type === 'png' ? pngSize(bytes) : webpSize(bytes)
  if (size === null) throw invalid(`it is no ${type.toUpperCase()}`, `es ist kein ${type.toUpperCase()}`)
  if (size.some((pixels) => pixels < 1 || pixels > MOST_PIXELS)) {
    throw invalid(`1 to ${MOST_PIXELS} pixels each way`, `1 bis ${MOST_PIXELS} Pixel in jede Richtung`)
  }
  return { type: `image/${type as 'png' | 'webp'}`, bytes }
}

const invalid = (reason: string, reasonDe: string) => new BergfriedError('identity.logo_invalid', { reason, reasonDe })

/** Width and height by the first chunk (PNG, third edition, section 11.2.1). */
function pngSize(bytes: Buffer): readonly [number, number] | null {
  const start = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')
  if (bytes.length < 33 || !bytes.subarray(0, 16).equals(start)) return null
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]
}

/** Width and height of the three kinds of WebP (RFC 9649). */
function webpSize(bytes: Buffer): readonly [number, number] | null {
  if (bytes.length < 30 || bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WEBP') {
    return null
  }
  const kind = bytes.toString('latin1', 12, 16)
  if (kind === 'VP8X') return [bytes.readUIntLE(24, 3) + 1, bytes.readUIntLE(27, 3) + 1]
  if (kind === 'VP8L') {
    const bits = bytes.readUInt32LE(21)
    return bytes[20] === 0x2f ? [(bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1] : null
  }
  if (kind !== 'VP8 ' || bytes.readUIntBE(23, 3) !== 0x9d012a) return null
  return [bytes.readUInt16LE(26) & 0x3fff, bytes.readUInt16LE(28) & 0x3fff]
}
