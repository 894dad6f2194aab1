import { concat, utf8 } from '../engines/tlog/bytes.ts'
import { sha256 } from '../engines/tlog/sha256.ts'
import { canonicalJson } from './canonical-json.ts'

export const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

/** The bytes of hexadecimal digits; the caller has checked that they are. */
export const fromHex = (text: string): Uint8Array =>
  Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))

/** SHA-256 over the canonical JSON of a value, hexadecimal. */
export const digestOf = (value: unknown): string => hex(sha256(utf8(canonicalJson(value))))

const BLOCK = 64

/** HMAC-SHA256 (RFC 2104). */
export function hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array {
  const block = new Uint8Array(BLOCK)
  block.set(key.length > BLOCK ? sha256(key) : key)
  const inner = sha256(
    concat(
      block.map((byte) => byte ^ 0x36),
      message,
    ),
  )
  return sha256(
    concat(
      block.map((byte) => byte ^ 0x5c),
      inner,
    ),
  )
}
