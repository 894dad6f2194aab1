import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { test } from '@fast-check/vitest'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { accept, install, isInPlace, readKept, type Step } from './apply.ts'
import type { Orders } from './orders.ts'
import { parseOrders } from './orders.ts'
import { readSettings } from './settings.ts'
import { allowed, krlBytes, now, STRANGER, signKrl } from './testing/keys.ts'
import { type OrdersRequest, ordersOf } from './testing/orders.ts'
import { TestHost } from './testing/test-host.ts'

describe('putting orders in place', () => {
  let host: TestHost
  let account: string
  let version = 10
  beforeAll(async () => {
    if (process.getuid?.() !== 0) return
    host = await TestHost.start()
    account = host.account()
  })
  afterAll(() => host?.[Symbol.asyncDispose]())
  beforeEach(({ skip }) => {
    skip(process.getuid?.() !== 0, 'needs root')
    version += 10
  })

  const orders = (keyIds: readonly string[], changes: Partial<OrdersRequest> = {}): Promise<Orders> =>
    ordersOf({ version, entries: keyIds.map((keyId) => allowed(account, keyId)), ...changes })
  const take = async (given: Orders, onStep?: (step: Step) => void): Promise<void> => {
    const accepted = accept(host.layout, readSettings(host.layout.settings), parseOrders(JSON.stringify(given)), now())
    await install(host.layout, accepted, onStep)
  }
  const files = (): string[] => {
    const { allowList, revoked, knownVersion, orders: kept } = host.layout
    return [allowList, revoked, knownVersion, kept].map((path) => readFileSync(path, 'base64'))
  }
  const refuses = async (given: Orders, code: string): Promise<void> => {
    const before = files()
    await expect(take(given)).rejects.toMatchObject({ code })
    expect(files()).toEqual(before)
  }

  it('lets in whom the list names, and refuses at once whom it no longer names or the KRL revokes', async () => {
    await take(await orders(['a', 'b']))
    expect([await host.isIn(account, 'a', 1n), await host.isIn(account, 'b', 2n)]).toEqual([true, true])
    version++
    await take(await orders(['b'], { revoking: { serials: [2n] } }))
    expect([await host.isIn(account, 'a', 1n), await host.isIn(account, 'b', 2n)]).toEqual([false, false])
    expect(await host.isIn(account, 'b', 3n)).toBe(true)
  })

  it('refuses an older list, an older KRL, and another one of the same version', async () => {
    await take(await orders(['a']))
    await refuses(await orders(['a', 'b'], { listVersion: BigInt(version - 1) }), 'rollback')
    await refuses(await orders(['a'], { krlVersion: BigInt(version - 1) }), 'rollback')
    await refuses(await orders(['a', 'b'], { listVersion: BigInt(version) }), 'rollback')
    const revoking = { serials: [1n] }
    await refuses(await orders(['a'], { listVersion: BigInt(version + 1), revoking }), 'rollback')
  })

  it('remembers what it saw when files are lost, and closes meanwhile', async () => {
    await take(await orders(['a']))
    const old = await orders(['a'], { listVersion: BigInt(version - 1), krlVersion: BigInt(version - 1) })
    const { knownVersion, allowList, revoked } = host.layout
    for (const lost of [[knownVersion], [allowList, revoked], [allowList]]) {
      const before = lost.map((path) => readFileSync(path))
      for (const path of lost) writeFileSync(path, '')
      expect(await host.isIn(account, 'a', 1n)).toBe(false)
      await expect(take(old)).rejects.toMatchObject({ code: 'rollback' })
      for (const [i, path] of lost.entries()) writeFileSync(path, before[i] ?? '')
      expect(await host.isIn(account, 'a', 1n)).toBe(true)
    }
  })

  it('refuses what others signed, what is for others, and what is too old or too new', async () => {
    await take(await orders(['a']))
    version++
    await refuses(await orders(['a'], { list: { signer: STRANGER } }), 'unverified')
    const krl = krlBytes(BigInt(version))
    await refuses(await orders(['a'], { signedKrl: signKrl(krl, BigInt(version), STRANGER) }), 'unverified')
    await refuses(await orders(['a'], { signedKrl: signKrl(krl, BigInt(version + 1)) }), 'unverified')
    await refuses(await orders(['a'], { list: { host: 'db-2' } }), 'refused')
    await refuses(await orders(['a'], { host: 'db-2' }), 'refused')
    await refuses(await orders(['a'], { list: { authority: STRANGER } }), 'refused')
    await refuses(await orders(['a'], { list: { issued: now() - 1000n } }), 'stale')
    await refuses(await orders(['a'], { list: { issued: now() + 1000n } }), 'rollback')
    await take(await orders(['a']))
  })

  it('never puts an empty, cut or wild KRL in place, signed or not', async () => {
    await take(await orders(['a']))
    version++
    const whole = krlBytes(BigInt(version), { serials: [1n, 5n] })
    const wild = new Uint8Array(300).fill(7)
    for (const bytes of [new Uint8Array(), whole.slice(0, -1), wild, whole.slice(0, 12)]) {
      await refuses(await orders(['a'], { signedKrl: signKrl(bytes, BigInt(version)) }), 'malformed')
    }
    expect(statSync(host.layout.revoked).size).toBeGreaterThan(0)
    expect(await host.isIn(account, 'a', 1n)).toBe(true)
  })

  test.prop([fc.uint8Array({ maxLength: 200 }), fc.nat()], { numRuns: 100 })(
    'never accepts a KRL of which anything was changed',
    async (noise, at) => {
      if (process.getuid?.() !== 0) return
      const signed = signKrl(krlBytes(BigInt(version), { serials: [1n] }), BigInt(version))
      const bytes = Buffer.from(signed.krl, 'base64')
      const changed = Buffer.concat([bytes.subarray(0, at % bytes.length), noise])
      if (changed.equals(bytes)) return
      const given = await orders(['a'], { signedKrl: { ...signed, krl: changed.toString('base64') } })
      expect(() => accept(host.layout, readSettings(host.layout.settings), given, now())).toThrow()
    },
  )

  it('is as closed as before or more when killed between any two steps, and ends the same when done again', async () => {
    const steps: Step[] = []
    await take(await orders(['a']), (step) => steps.push(step))
    expect(steps).toEqual(['checked', 'kept', 'revoked', 'list', 'known'])
    for (const last of steps) {
      version++
      await take(await orders(['a', 'b']))
      version++
      const next = await orders(['b'], { revoking: { keyIds: ['a'] } })
      const killed = new Error('killed')
      const kill = (step: Step): void => {
        if (step === last) throw killed
      }
      await expect(take(next, kill)).rejects.toBe(killed)
      expect(statSync(host.layout.revoked).size).toBeGreaterThan(0)
      expect(await host.isIn(account, 'b', 2n)).toBe(true)
      expect(await host.isIn(account, 'a', 1n)).toBe(last === 'checked' || last === 'kept')
      const settings = readSettings(host.layout.settings)
      if (last !== 'checked') {
        const kept = readKept(host.layout, settings)
        expect(kept?.orders.version).toBe(version)
        if (kept !== null) await install(host.layout, kept)
      }
      await take(next)
      expect(isInPlace(host.layout, accept(host.layout, settings, next, now()))).toBe(true)
      expect(await host.isIn(account, 'a', 1n)).toBe(false)
      expect(existsSync(`${host.layout.revoked}.new`)).toBe(false)
    }
  })

  it('lets nobody else read what it keeps, and the command for principals what it needs', async () => {
    await take(await orders(['a']))
    const rights = (path: string): string => {
      const { mode, uid, gid } = statSync(path)
      return `${(mode & 0o777).toString(8)} ${uid} ${gid}`
    }
    const { allowList, revoked, knownVersion, orders: kept } = host.layout
    expect([allowList, revoked, knownVersion].map(rights)).toEqual(Array(3).fill('640 0 65534'))
    expect(rights(kept)).toBe('600 0 0')
  })

  it('keeps what is in place where the disk is full', async () => {
    await take(await orders(['a']))
    version++
    const next = await orders(['b'], {
      revoking: { serials: Array.from({ length: 20_000 }, (_, i) => BigInt(i * 7 + 1)) },
    })
    const { stateFolder } = host.layout
    const away = `${stateFolder}.away`
    host.must('cp', ['-a', stateFolder, away])
    host.must('mount', ['-t', 'tmpfs', '-o', 'size=32k,mode=0755', 'tmpfs', stateFolder])
    try {
      host.must('sh', ['-c', 'cp -a "$0"/allow-list "$0"/known-version "$0"/revoked.krl "$1"/', away, stateFolder])
      await expect(take(next)).rejects.toMatchObject({ code: 'ENOSPC' })
      expect(await host.isIn(account, 'a', 1n)).toBe(true)
    } finally {
      host.must('umount', [stateFolder])
    }
    await take(next)
    expect(await host.isIn(account, 'a', 2n)).toBe(false)
  })
})
