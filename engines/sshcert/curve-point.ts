import { malformed } from './errors.ts'
import type { Curve } from './key-types.ts'

/** Prime and coefficient b of y² = x³ - 3x + b (SEC 2, sections 2.4.2, 2.5.1, 2.6.1). */
const PARAMETERS: Readonly<Record<Curve['id'], { readonly p: bigint; readonly b: bigint }>> = {
  nistp256: {
    p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    b: 0x5ac635d8_aa3a93e7_b3ebbd55_769886bc_651d06b0_cc53b0f6_3bce3c3e_27d2604bn,
  },
  nistp384: {
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    b: 0xb3312fa7_e23ee7e4_988e056b_e3f82d19_181d9c6e_fe814112_0314088f_5013875a_c656398d_8a2ed19d_2a85c8ed_d3ec2aefn,
  },
  nistp521: {
    p: 2n ** 521n - 1n,
    b: 0x0051_953eb961_8e1c9a1f_929a21a0_b68540ee_a2da725b_99b315f3_b8b48991_8ef109e1_56193951_ec7e937b_1652c0bd_3bb1bf07_3573df88_3d2c34f1_ef451fd4_6b503f00n,
  },
}

/**
 * Checks an uncompressed point (SEC 1 section 2.3.3): OpenSSH reads no other, and takes none that is not on the curve.
 *
 * @throws {SshError} `malformed`
 */
export function checkPoint(curve: Curve, point: Uint8Array): void {
  if (point.length !== 1 + 2 * curve.size || point[0] !== 4) {
    throw malformed(`${curve.id}: not an uncompressed point of ${1 + 2 * curve.size} bytes`)
  }
  const { p, b } = PARAMETERS[curve.id]
  const { x, y } = coordinates(point)
  const [bigX, bigY] = [number(x), number(y)]
  if (bigX >= p || bigY >= p) throw malformed(`${curve.id}: a coordinate beyond the prime`)
  if ((bigY * bigY - (bigX * bigX * bigX - 3n * bigX + b)) % p !== 0n) throw malformed(`${curve.id}: not on the curve`)
}

/** Both coordinates of an uncompressed point. */
export function coordinates(point: Uint8Array): { x: Uint8Array; y: Uint8Array } {
  const size = (point.length - 1) / 2
  return { x: point.subarray(1, 1 + size), y: point.subarray(1 + size) }
}

const number = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
