import { describe, expect, it } from 'vitest'
import { FieldCipher } from './field-cipher.ts'
import type { KeyScope } from './key-scope.ts'
import { createKey, Keychain, rewrapKey } from './keychain.ts'
import { eraseScope, type KeyRecord, type Keyring, keyringOf, shred } from './keyring.ts'
import { MemoryKeyProvider } from './memory-provider.ts'
import type { KeyProvider } from './provider.ts'
import { COLUMN, codeOf, codeOfAsync } from './testing/keys.ts'

const VALUE = Buffer.from('a value')

async function withKey(
  provider: KeyProvider,
  ring: Keyring = keyringOf([]),
  scope: KeyScope = COLUMN,
): Promise<Keyring> {
  return (await createKey(ring, provider, 'data', scope, 1, 'test')).ring
}

/** Counts how often a provider is asked, and can be made to wait. */
class Watched extends MemoryKeyProvider {
  unwraps = 0
  gate: Promise<void> = Promise.resolve()

  override async unwrap(...args: Parameters<MemoryKeyProvider['unwrap']>): Promise<Uint8Array> {
    this.unwraps += 1
    await this.gate
    return await super.unwrap(...args)
  }
}

const cipherOf = async (chain: Keychain): Promise<FieldCipher> =>
  new FieldCipher(COLUMN, await chain.open('data', COLUMN))
const record = (ring: Keyring, id: number): KeyRecord => {
  const found = ring.get(id)
  if (found === undefined) throw new Error('no such key')
  return found
}

describe('a keychain', () => {
  it('opens what was created, in another process too, and asks the provider once', async () => {
    const provider = new Watched()
    const ring = await withKey(provider)
    const envelope = (await cipherOf(new Keychain(ring, [provider]))).encrypt(['a'], VALUE)
    const chain = new Keychain(ring, [provider])
    const ciphers = await Promise.all([cipherOf(chain), cipherOf(chain), cipherOf(chain)])
    for (const cipher of ciphers) expect(cipher.decrypt(['a'], envelope)).toEqual(VALUE)
    expect(provider.unwraps).toBe(2)
  })

  it('follows a rotation: old ciphers stop encrypting, new ones read both', async () => {
    const provider = new MemoryKeyProvider()
    const first = await withKey(provider)
    const chain = new Keychain(first, [provider])
    const old = await cipherOf(chain)
    const before = old.encrypt(['a'], VALUE)
    const second = await withKey(provider, first)
    chain.follow(second)
    expect(codeOf(() => old.encrypt(['a'], VALUE))).toBe('key_state')
    const cipher = await cipherOf(chain)
    expect(cipher.isOutdated(before)).toBe(true)
    expect(cipher.isOutdated(cipher.encrypt(['a'], cipher.decrypt(['a'], before)))).toBe(false)
  })

  it('follows a shredding: every cipher refuses, the value is gone even with the provider at hand', async () => {
    const provider = new MemoryKeyProvider()
    const ring = await withKey(provider, await withKey(provider))
    const chain = new Keychain(ring, [provider])
    const old = new FieldCipher(
      COLUMN,
      (await chain.open('data', COLUMN)).filter(({ id }) => id === 1),
    )
    const envelope = (await cipherOf(new Keychain(await withKeyOnly(ring, 1), [provider]))).encrypt(['a'], VALUE)
    expect(old.decrypt(['a'], envelope)).toEqual(VALUE)
    const after = shred(ring, 1, 0, 2, 'test').ring
    chain.follow(after)
    expect(codeOf(() => old.decrypt(['a'], envelope))).toBe('key_state')
    expect(codeOf(() => old.encrypt(['a'], VALUE))).toBe('key_state')
    const later = await cipherOf(new Keychain(after, [provider]))
    expect(codeOf(() => later.decrypt(['a'], envelope))).toBe('unknown_key')
  })

  it('lets no key through that was shredded while its provider worked', async () => {
    const provider = new Watched()
    const ring = await withKey(provider, keyringOf([]), { ...COLUMN, subject: 'anna' })
    const chain = new Keychain(ring, [provider])
    let open = (): void => {}
    provider.gate = new Promise((resolve) => {
      open = resolve
    })
    const opening = codeOfAsync(() => chain.open('data', { ...COLUMN, subject: 'anna' }))
    chain.follow(eraseScope(ring, { tenant: COLUMN.tenant, subject: 'anna' }, 2, 'asked').ring)
    open()
    expect(await opening).toBe('key_state')
  })

  it('forgets on demand, keys on their way included, and then asks again', async () => {
    const provider = new Watched()
    const ring = await withKey(provider)
    const chain = new Keychain(ring, [provider])
    const cipher = await cipherOf(chain)
    chain.forget()
    expect(codeOf(() => cipher.encrypt(['a'], VALUE))).toBe('key_state')
    const opening = codeOfAsync(() => cipherOf(chain))
    chain.forget()
    expect(await opening).toBe('key_state')
    expect((await cipherOf(chain)).encrypt(['a'], VALUE).length).toBe(VALUE.length + 47)
    expect(provider.unwraps).toBe(3)
  })

  it('says what is missing: the key, its provider, its key-encryption key', async () => {
    const provider = new MemoryKeyProvider()
    const ring = await withKey(provider)
    const open = (chain: Keychain) => codeOfAsync(() => chain.open('data', COLUMN))
    expect(await open(new Keychain(keyringOf([]), [provider]))).toBe('unknown_key')
    expect(await open(new Keychain(ring, []))).toBe('unwrap_failed')
    expect(await open(new Keychain(ring, [new MemoryKeyProvider()]))).toBe('unwrap_failed')
    expect(await codeOfAsync(() => new Keychain(ring, [provider]).open('index', COLUMN))).toBe('unknown_key')
  })

  it('asks a provider again after it refused', async () => {
    const provider = new Watched()
    const ring = await withKey(provider)
    const chain = new Keychain(ring, [provider])
    provider.gate = Promise.reject(new Error('refused by the provider'))
    await expect(chain.open('data', COLUMN)).rejects.toThrow('refused by the provider')
    provider.gate = Promise.resolve()
    expect((await chain.open('data', COLUMN)).length).toBe(1)
  })
})

describe('a wrapped key', () => {
  const blind: KeyProvider = {
    // A provider that cannot bind the context, as AES-KWP cannot.
    name: 'blind',
    wrap: async (secret) => ({ provider: 'blind', kek: 'k', bytes: Uint8Array.from(secret) }),
    unwrap: async ({ bytes }) => Uint8Array.from(bytes),
  }

  it.each([new MemoryKeyProvider(), blind])(
    'moved to another scope, purpose or id does not open ($name)',
    async (provider) => {
      const one = record(await withKey(provider), 1)
      const moved: Partial<KeyRecord>[] = [
        { id: 2 },
        { purpose: 'index' },
        { scope: { ...COLUMN, tenant: 'other' } },
        { scope: { ...COLUMN, subject: 'anna' } },
        { checkValue: new Uint8Array(32) },
        { checkValue: new Uint8Array(0) },
      ]
      for (const change of moved) {
        const { purpose, scope, ...rest } = { ...one, ...change }
        const chain = new Keychain(keyringOf([{ ...rest, purpose, scope }]), [provider])
        expect(await codeOfAsync(() => chain.open(purpose, scope))).toBe('unwrap_failed')
      }
    },
  )

  it('that comes back wrong does not open', async () => {
    const lying: KeyProvider = { ...blind, unwrap: async () => new Uint8Array(32) }
    const short: KeyProvider = { ...blind, unwrap: async () => new Uint8Array(16) }
    const ring = await withKey(blind)
    for (const provider of [lying, short]) {
      expect(await codeOfAsync(() => new Keychain(ring, [provider]).open('data', COLUMN))).toBe('unwrap_failed')
      expect(await codeOfAsync(() => rewrapKey(ring, 1, [provider], provider, 2, 'test'))).toBe('unwrap_failed')
    }
  })

  it('is wrapped anew under another key-encryption key or provider, and values stay readable', async () => {
    const [a, b] = [new MemoryKeyProvider('a'), new MemoryKeyProvider('b')]
    const ring = await withKey(a)
    const envelope = (await cipherOf(new Keychain(ring, [a]))).encrypt(['a'], VALUE)
    a.rotate()
    const rotated = (await rewrapKey(ring, 1, [a], a, 2, 'test')).ring
    expect(rotated.get(1)?.wrapped?.kek).toBe('kek-2')
    const { ring: moved } = await rewrapKey(rotated, 1, [a], b, 3, 'test')
    const cipher = await cipherOf(new Keychain(moved, [b]))
    expect(cipher.decrypt(['a'], envelope)).toEqual(VALUE)
    expect(await codeOfAsync(() => rewrapKey(moved, 1, [a], a, 4, 'test'))).toBe('unwrap_failed')
    expect(await codeOfAsync(() => rewrapKey(moved, 9, [a], a, 4, 'test'))).toBe('unknown_key')
  })

  it('is refused by the memory provider after any change of one bit', async () => {
    const provider = new MemoryKeyProvider()
    const one = record(await withKey(provider), 1)
    const bytes = Uint8Array.from(one.wrapped?.bytes ?? [])
    expect(bytes.length).toBe(24 + 32 + 16)
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const changed = Uint8Array.from(bytes)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit % 8))
      const wrapped = { provider: 'memory', kek: 'kek-1', bytes: changed }
      const chain = new Keychain(keyringOf([{ ...one, wrapped }]), [provider])
      expect(await codeOfAsync(() => chain.open('data', COLUMN))).toBe('unwrap_failed')
    }
  })

  it('leaves no secret behind: what a provider hands out is overwritten', async () => {
    const handed: Uint8Array[] = []
    const provider: KeyProvider = {
      ...blind,
      wrap: async (secret, context) => {
        handed.push(secret)
        return await blind.wrap(secret, context)
      },
      unwrap: async (wrapped, context) => {
        const secret = await blind.unwrap(wrapped, context)
        handed.push(secret)
        return secret
      },
    }
    const ring = await withKey(provider)
    await new Keychain(ring, [provider]).open('data', COLUMN)
    await rewrapKey(ring, 1, [provider], provider, 2, 'test')
    expect(handed.length).toBe(4)
    for (const secret of handed) expect(secret.every((byte) => byte === 0)).toBe(true)
  })
})

/** The ring with one key alone, active. */
async function withKeyOnly(ring: Keyring, id: number): Promise<Keyring> {
  return keyringOf([{ ...record(ring, id), state: 'active' }])
}
