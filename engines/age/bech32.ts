// Bech32 as in BIP 173, without its limit of 90 characters, as age uses it.
const CHARACTERS = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3] as const

/** @returns prefix, `1`, data and checksum, in lower case */
export function encodeBech32(prefix: string, data: Uint8Array): string {
  const words = regroup(data, 8, 5, true) ?? []
  const checksum = polymod([...expand(prefix), ...words, 0, 0, 0, 0, 0, 0]) ^ 1
  const sum = Array.from({ length: 6 }, (_, i) => (checksum >>> (5 * (5 - i))) & 31)
  return `${prefix}1${[...words, ...sum].map((word) => CHARACTERS[word]).join('')}`
}

/** @returns null for what is no Bech32: mixed case, a wrong checksum, padding that says something */
export function decodeBech32(text: string): { readonly prefix: string; readonly data: Buffer } | null {
  const lower = text.toLowerCase()
  if (text.length > 200 || (text !== lower && text !== text.toUpperCase())) return null
  const split = lower.lastIndexOf('1')
  if (split < 1 || lower.length - split < 7) return null
  const prefix = lower.slice(0, split)
  if (!/^[\x21-\x7e]+$/.test(prefix)) return null
  const words = [...lower.slice(split + 1)].map((character) => CHARACTERS.indexOf(character))
  if (words.includes(-1) || polymod([...expand(prefix), ...words]) !== 1) return null
  const data = regroup(words.slice(0, -6), 5, 8, false)
  return data === null ? null : { prefix, data: Buffer.from(data) }
}

const expand = (prefix: string): number[] => {
  const codes = [...prefix].map((character) => character.charCodeAt(0))
  return [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)]
}

function polymod(words: readonly number[]): number {
  let sum = 1
  for (const word of words) {
    const top = sum >>> 25
    sum = ((sum & 0x1ffffff) << 5) ^ word
    for (let i = 0; i < 5; i += 1) if (((top >>> i) & 1) === 1) sum ^= GENERATOR[i] ?? 0
  }
  return sum >>> 0
}

function regroup(values: Iterable<number>, from: number, to: number, pad: boolean): number[] | null {
  const out: number[] = []
  let bits = 0
  let held = 0
  for (const value of values) {
    held = ((held << from) | value) & 0xfff
    bits += from
    while (bits >= to) {
      bits -= to
      out.push((held >>> bits) & ((1 << to) - 1))
    }
  }
  const rest = (held << (to - bits)) & ((1 << to) - 1)
  if (pad) {
    if (bits > 0) out.push(rest)
  } else if (bits >= from || rest !== 0) return null
  return out
}
