import { beforeEach, expect, it, vi } from 'vitest'

const verify = vi.hoisted(() => vi.fn())
vi.mock('@node-rs/argon2', async (original) => {
  const real = await original<typeof import('@node-rs/argon2')>()
  verify.mockImplementation((...given: Parameters<typeof real.verify>) => real.verify(...given))
  return { ...real, verify }
})
const { hashPassword, passwordMatches } = await import('./password-hash.ts')

const key = Buffer.alloc(32, 1)
beforeEach(() => {
  verify.mockClear()
})

it('hashes once for a known login and once for an unknown one, at the same cost', async () => {
  const hash = await hashPassword(key, 'nine horses under a staple')
  const costs: string[] = []
  for (const [encoded, password, right] of [
    [hash, 'nine horses under a staple', true],
    [hash, 'another', false],
    [null, 'nine horses under a staple', false],
  ] as const) {
    verify.mockClear()
    expect(await passwordMatches(key, encoded, password)).toBe(right)
    expect(verify).toHaveBeenCalledTimes(1)
    costs.push(String(verify.mock.calls[0]?.[0]).split('$').slice(0, 4).join('$'))
  }
  expect(new Set(costs)).toEqual(new Set(['$argon2id$v=19$m=19456,t=2,p=1']))
})

it('keeps so many at once waiting and sends the rest away, and goes on after that', async () => {
  const all = await Promise.allSettled(Array.from({ length: 70 }, () => passwordMatches(key, null, 'x')))
  const busy = all.filter((one) => one.status === 'rejected')
  expect(busy.length).toBeGreaterThan(0)
  expect(busy.length).toBeLessThan(12)
  for (const one of busy) expect(one.reason).toMatchObject({ code: 'identity.busy' })
  expect(await passwordMatches(key, null, 'x')).toBe(false)
})
