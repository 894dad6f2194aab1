import { isRead, near, samples } from './testing/samples.ts'

/**
 * `soak.ts COUNT [SEED]`: reads so many changed samples of everything, for as long as somebody likes. It ends with an error at
 * the first that throws anything but this package's own error.
 */
const count = Number(process.argv[2] ?? 100_000)
const seed = Number(process.argv[3] ?? 1)
if (!Number.isSafeInteger(count) || !Number.isSafeInteger(seed)) throw new Error('soak.ts COUNT [SEED]')
const all = await samples()
let state = seed >>> 0
/** Mulberry32. */
const random = (): number => {
  state = (state + 0x6d2b79f5) >>> 0
  let mixed = Math.imul(state ^ (state >>> 15), state | 1)
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}
let read = 0
for (let i = 0; i < count; i++) {
  const sample = all[i % all.length]
  if (sample !== undefined && isRead(sample, near(sample.bytes, random))) read++
}
process.stdout.write(`${count} samples from seed ${seed}: ${read} read, the others refused\n`)
