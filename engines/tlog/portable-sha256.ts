// Hot loops over arrays of fixed length: the casts say that an element is there, and cost nothing.

const K = new Int32Array(64)
const START = new Int32Array(8)
fillConstants()

/** Fractional parts of the square and cube roots of the first primes (FIPS 180-4 sections 4.2.2 and 5.3.3). */
function fillConstants(): void {
  for (let n = 2, found = 0; found < 64; n++) {
    let prime = true
    for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false
    if (!prime) continue
    if (found < 8) START[found] = Math.floor((Math.sqrt(n) % 1) * 0x1_0000_0000)
    K[found++] = Math.floor((Math.cbrt(n) % 1) * 0x1_0000_0000)
  }
}

// One state and one schedule for all calls: each runs to its end before the next begins.
const state = new Int32Array(8)
const w = new Int32Array(64)

/** SHA-256 (FIPS 180-4) in plain JavaScript, for where there is no native one that answers at once. */
export function portableSha256(data: Uint8Array): Uint8Array {
  state.set(START)
  const whole = data.length - (data.length % 64)
  for (let offset = 0; offset < whole; offset += 64) {
    for (let i = 0; i < 16; i++) w[i] = word(data, offset + i * 4)
    compress()
  }
  const tail = new Uint8Array(data.length - whole < 56 ? 64 : 128)
  tail.set(data.subarray(whole))
  tail[data.length - whole] = 0x80
  const bits = new DataView(tail.buffer)
  bits.setUint32(tail.length - 8, Math.floor(data.length / 0x2000_0000))
  bits.setUint32(tail.length - 4, data.length << 3)
  for (let offset = 0; offset < tail.length; offset += 64) {
    for (let i = 0; i < 16; i++) w[i] = word(tail, offset + i * 4)
    compress()
  }
  const digest = new Uint8Array(32)
  for (let i = 0; i < 32; i++) digest[i] = (state[i >> 2] as number) >>> (24 - (i & 3) * 8)
  return digest
}

const word = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] as number) << 24) |
  ((bytes[at + 1] as number) << 16) |
  ((bytes[at + 2] as number) << 8) |
  (bytes[at + 3] as number)

const rotate = (x: number, n: number): number => (x >>> n) | (x << (32 - n))

/** Takes the block in the first 16 words of the schedule into the state (FIPS 180-4 section 6.2.2). */
function compress(): void {
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15] as number
    const y = w[i - 2] as number
    const s0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3)
    const s1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10)
    w[i] = ((w[i - 16] as number) + s0 + (w[i - 7] as number) + s1) | 0
  }
  let a = state[0] as number
  let b = state[1] as number
  let c = state[2] as number
  let d = state[3] as number
  let e = state[4] as number
  let f = state[5] as number
  let g = state[6] as number
  let h = state[7] as number
  for (let i = 0; i < 64; i++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
    const t1 = (h + s1 + (g ^ (e & (f ^ g))) + (K[i] as number) + (w[i] as number)) | 0
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
    const t2 = (s0 + ((a & b) | (c & (a | b)))) | 0
    h = g
    g = f
    f = e
    e = (d + t1) | 0
    d = c
    c = b
    b = a
    a = (t1 + t2) | 0
  }
  state[0] = (state[0] as number) + a
  state[1] = (state[1] as number) + b
  state[2] = (state[2] as number) + c
  state[3] = (state[3] as number) + d
  state[4] = (state[4] as number) + e
  state[5] = (state[5] as number) + f
  state[6] = (state[6] as number) + g
  state[7] = (state[7] as number) + h
}
