type Hash = (data: Uint8Array) => Uint8Array

interface NodeProcess {
  getBuiltinModule?(name: 'node:crypto'): { hash(algorithm: string, data: Uint8Array, encoding: 'buffer'): Uint8Array }
}

// Node hashes natively; a browser has only an asynchronous digest, which a tree of small nodes cannot use.
const native = (globalThis as { process?: NodeProcess }).process?.getBuiltinModule?.('node:crypto')

/** SHA-256 (FIPS 180-4) of some bytes: 32 bytes. */
export const sha256: Hash =
  native?.hash === undefined ? (data) => portableSha256(data) : (data) => native.hash('sha256', data, 'buffer')

const K = new Uint32Array(64)
const START = new Uint32Array(8)
fillConstants()

/** Fractional parts of the square and cube roots of the first primes (FIPS 180-4 sections 4.2.2 and 5.3.3). */
function fillConstants(): void {
  for (let n = 2, found = 0; found < 64; n++) {
    let prime = true
    for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false
    if (!prime) continue
    if (found < 8) START[found] = (Math.sqrt(n) % 1) * 0x1_0000_0000
    K[found++] = (Math.cbrt(n) % 1) * 0x1_0000_0000
  }
}

/** SHA-256 in plain JavaScript, for where there is no native one. */
export function portableSha256(data: Uint8Array): Uint8Array {
  const blocks = ((data.length + 8) >>> 6) + 1
  const padded = new Uint8Array(blocks * 64)
  padded.set(data)
  padded[data.length] = 0x80
  const view = new DataView(padded.buffer)
  view.setUint32(padded.length - 8, Math.floor(data.length / 0x2000_0000))
  view.setUint32(padded.length - 4, (data.length * 8) >>> 0)
  const state = START.slice()
  const w = new Uint32Array(64)
  for (let block = 0; block < blocks; block++) compress(state, w, view, block * 64)
  const digest = new Uint8Array(32)
  const out = new DataView(digest.buffer)
  for (let i = 0; i < 8; i++) out.setUint32(i * 4, at(state, i))
  return digest
}

const at = (words: Uint32Array, i: number): number => words[i] as number
const rotate = (x: number, n: number): number => (x >>> n) | (x << (32 - n))

function compress(state: Uint32Array, w: Uint32Array, view: DataView, offset: number): void {
  for (let i = 0; i < 16; i++) w[i] = view.getUint32(offset + i * 4)
  for (let i = 16; i < 64; i++) {
    const x = at(w, i - 15)
    const y = at(w, i - 2)
    const s0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3)
    const s1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10)
    w[i] = at(w, i - 16) + s0 + at(w, i - 7) + s1
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number]
  for (let i = 0; i < 64; i++) {
    const t1 = (h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + at(K, i) + at(w, i)) | 0
    const t2 = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + t1) | 0
    d = c
    c = b
    b = a
    a = (t1 + t2) | 0
  }
  for (const [i, word] of [a, b, c, d, e, f, g, h].entries()) state[i] = at(state, i) + word
}
