import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareDebianVersions } from './debian-version.ts'
import { isNewerKernel, newestOfFlavour } from './installed-kernel.ts'
import { findProgram } from './run-command.ts'

const sign = (a: string, b: string): number => Math.sign(compareDebianVersions(a, b))

describe('Debian versions', () => {
  it('sorts the example of deb-version(7)', () => {
    const sorted = ['~~', '~~a', '~', '', 'a']
    for (let i = 0; i + 1 < sorted.length; i += 1) expect(sign(`1${sorted[i]}`, `1${sorted[i + 1]}`)).toBe(-1)
  })

  it.each([
    ['1:0.9', '1.0', 1],
    ['0:1.0', '1.0', 0],
    ['1.0', '1.0-0', 0],
    ['1.0-1', '1.0-1~deb12u1', 1],
    ['6.1.0-9', '6.1.0-40', -1],
    ['1.0~rc1', '1.0', -1],
    ['1.0+b1', '1.0', 1],
    ['1.0a', '1.0+', -1],
    ['2.002', '2.2', 0],
    ['99999999999999999999.1', '99999999999999999998.9', 1],
    ['1.0-2-1', '1.0-1-2', 1],
  ])('compares %s with %s', (a, b, expected) => {
    expect(sign(a, b)).toBe(expected)
    expect(sign(b, a)).toBe(expected === 0 ? 0 : -expected)
  })

  const version = fc
    .tuple(
      fc.option(fc.integer({ min: 0, max: 3 }), { nil: null }),
      fc.stringMatching(/^[0-9][0-9a-zA-Z.+~]{0,6}$/),
      fc.option(fc.stringMatching(/^[0-9a-zA-Z.+~]{1,4}$/), { nil: null }),
    )
    .map(
      ([epoch, upstream, revision]) =>
        `${epoch === null ? '' : `${epoch}:`}${upstream}${revision === null ? '' : `-${revision}`}`,
    )

  it('is an order: symmetric and transitive', () => {
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(sign(a, b) + sign(b, a)).toBe(0)
        if (sign(a, b) <= 0 && sign(b, c) <= 0) expect(sign(a, c)).toBeLessThanOrEqual(0)
      }),
    )
  })

  it.skipIf(findProgram('dpkg') === null)('agrees with dpkg --compare-versions', () => {
    const pairs = fc.sample(fc.tuple(version, version), { numRuns: 250, seed: 7 })
    for (const [a, b] of pairs) {
      const isOlder = spawnSync('dpkg', ['--compare-versions', a, 'lt', b]).status === 0
      expect({ a, b, isOlder: sign(a, b) < 0 }).toEqual({ a, b, isOlder })
    }
  })
})

describe('installed kernels', () => {
  it('takes the newest of the flavour that runs', () => {
    const installed = ['6.1.0-9-amd64', '6.1.0-40-amd64', '6.12.9+bpo-cloud-amd64', '6.1.0-40-rt-amd64']
    expect(newestOfFlavour('6.1.0-9-amd64', installed)).toBe('6.1.0-40-amd64')
    expect(newestOfFlavour('6.1.0-40-cloud-amd64', installed)).toBe('6.12.9+bpo-cloud-amd64')
    expect(newestOfFlavour('6.18.44-fc-v669', installed)).toBeNull()
    expect(newestOfFlavour('6.1.0-9-amd64', [])).toBeNull()
  })

  it('knows a newer one', () => {
    expect(isNewerKernel('6.1.0-40-amd64', '6.1.0-9-amd64')).toBe(true)
    expect(isNewerKernel('6.1.0-40-amd64', '6.1.0-40-amd64')).toBe(false)
    expect(isNewerKernel('6.12.0-amd64', '6.12.0-rc3-amd64')).toBe(true)
  })
})
