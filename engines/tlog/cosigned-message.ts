import { concat, fromBase64, parseDecimal, utf8 } from './bytes.ts'

/** Bytes of the time before a cosignature. */
const TIME_SIZE = 8

/** A cosignature taken apart: when, and the signature proper (C2SP tlog-cosignature). */
export function splitCosignature(
  signature: Uint8Array,
): { readonly time: number; readonly signature: Uint8Array } | null {
  if (signature.length <= TIME_SIZE) return null
  const time = new DataView(signature.buffer, signature.byteOffset, TIME_SIZE).getBigUint64(0)
  if (time > BigInt(Number.MAX_SAFE_INTEGER)) return null
  return { time: Number(time), signature: signature.slice(TIME_SIZE) }
}

/** Time and signature as one. @param time - seconds since 1970 */
export const joinCosignature = (time: number, signature: Uint8Array): Uint8Array => concat(u64(time), signature)

/** What an Ed25519 witness signs: when it saw the checkpoint as the largest. */
export const ed25519Message = (text: string, time: number): Uint8Array => utf8(`cosignature/v1\ntime ${time}\n${text}`)

/**
 * What an ML-DSA-44 witness signs: `cosigned_message` for a whole tree. Null where the text is no checkpoint, or one with
 * extension lines, which the message does not cover.
 */
export function mlDsaMessage(text: string, time: number, cosigner: string): Uint8Array | null {
  const [origin = '', sizeText = '', rootText = '', end, ...more] = text.split('\n')
  if (end !== '' || more.length > 0) return null
  const size = parseDecimal(sizeText)
  const root = fromBase64(rootText)
  const names = [utf8(cosigner), utf8(origin)] as const
  if (size === null || root?.length !== 32 || names.some((name) => name.length === 0 || name.length > 255)) return null
  return concat(
    utf8('subtree/v1\n\0'),
    Uint8Array.of(names[0].length),
    names[0],
    u64(time),
    Uint8Array.of(names[1].length),
    names[1],
    u64(0),
    u64(size),
    root,
  )
}

function u64(n: number): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(n))
  return bytes
}
