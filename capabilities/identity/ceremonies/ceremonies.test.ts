import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase, wipe } from '../../../kernel/testing/cluster.ts'
import { keyedDigest, keyFor } from '../crypto/keys.ts'
import { seal, unseal } from '../crypto/seal.ts'
import { beginCeremony, MOST_OPEN, MOST_OPEN_PER_ORIGIN, peekCeremony, takeCeremony } from './ceremony.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(() => db.close())
beforeEach(() => wipe(db))

const now = new Date('2026-11-01T00:00:00Z')
const key = Buffer.alloc(32, 3)
const store = (at = now, sealedWith = key) => ({ stage: db.stage('bf_identity'), key: sealedWith, now: at })
const count = async () =>
  (await db.stage('bf_owner').query<{ n: number }>('select count(*) as n from identity.ceremony'))[0]?.n

describe('a ceremony', () => {
  it('gives its state once, to whoever names it, for what it was begun for', async () => {
    const handle = await beginCeremony(store(), 'totp', '192.0.2.1', { a: 1 })
    expect(await takeCeremony(store(), 'oidc', handle)).toBeNull()
    expect(await peekCeremony(store(), 'totp', handle)).toEqual({ a: 1 })
    const both = await Promise.all([1, 2, 3].map(() => takeCeremony(store(), 'totp', handle)))
    expect(both.filter((state) => state !== null)).toEqual([{ a: 1 }])
    expect(await takeCeremony(store(), 'totp', '')).toBeNull()
  })

  it('is over after ten minutes', async () => {
    const handle = await beginCeremony(store(), 'totp', '192.0.2.1', { a: 1 })
    const late = new Date(now.getTime() + 600_000)
    expect(await peekCeremony(store(late), 'totp', handle)).toBeNull()
    expect(await takeCeremony(store(late), 'totp', handle)).toBeNull()
    await beginCeremony(store(), 'totp', '192.0.2.1', {})
    await beginCeremony(store(late), 'totp', '192.0.2.1', {})
    expect(await count()).toBe(1)
  })

  it('says nothing without our key, and nothing in the place of another', async () => {
    const handle = await beginCeremony(store(), 'totp', '192.0.2.1', { a: 'a secret' })
    const [row] = await db.stage('bf_owner').query<{ sealed: Buffer }>('select sealed from identity.ceremony')
    expect(row?.sealed.toString('latin1')).not.toContain('secret')
    const other = await beginCeremony(store(), 'totp', '192.0.2.1', { b: 2 })
    await db.stage('bf_owner').query('update identity.ceremony set sealed = $1', [row?.sealed])
    expect(await takeCeremony(store(), 'totp', other)).toBeNull()
    expect(await peekCeremony(store(now, Buffer.alloc(32, 4)), 'totp', handle)).toBeNull()
  })

  it('from one address makes room for its own newest, and leaves those of others', async () => {
    const mine = await beginCeremony(store(), 'totp', '192.0.2.1', { mine: true })
    for (let n = 0; n < MOST_OPEN_PER_ORIGIN + 5; n++) {
      await beginCeremony(store(new Date(now.getTime() + n)), 'totp', '203.0.113.1', { n })
    }
    expect(await count()).toBe(MOST_OPEN_PER_ORIGIN + 1)
    expect(await takeCeremony(store(), 'totp', mine)).toEqual({ mine: true })
  })

  it('is one of ten thousand at the most', async () => {
    await db.stage('bf_owner').query(
      `insert into identity.ceremony select sha256(n::text::bytea), 'totp', sha256(n::text::bytea), '\\x00', $1, $1::timestamptz + interval '1 hour'
       from generate_series(1, $2) n`,
      [new Date(now.getTime() - 1000), MOST_OPEN + 50],
    )
    const handle = await beginCeremony(store(), 'totp', '192.0.2.1', { a: 1 })
    expect(await count()).toBe(MOST_OPEN)
    expect(await takeCeremony(store(), 'totp', handle)).toEqual({ a: 1 })
  })
})

describe('the one key', () => {
  it('gives each purpose a key of its own', () => {
    const purposes = ['totp', 'totp-offer', 'ceremony', 'recovery', 'password', 'csrf', 'attempt', 'origin'] as const
    expect(new Set(purposes.map((purpose) => keyFor(key, purpose).toString('hex'))).size).toBe(purposes.length)
    expect(keyFor(key, 'totp')).toEqual(keyFor(Buffer.from(key), 'totp'))
    expect(keyedDigest(key, 'csrf', 'a', 'bc')).not.toEqual(keyedDigest(key, 'csrf', 'ab', 'c'))
  })

  it('opens what it sealed, for what it was sealed for, if no bit changed', () => {
    const sealed = seal(key, 'totp ada', Buffer.from('secret'))
    expect(unseal(key, 'totp ada', sealed)?.toString()).toBe('secret')
    expect(unseal(key, 'totp bob', sealed)).toBeNull()
    expect(unseal(Buffer.alloc(32, 4), 'totp ada', sealed)).toBeNull()
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const forged = Buffer.from(sealed)
      forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(unseal(key, 'totp ada', forged)).toBeNull()
    }
    for (let length = 0; length < 28; length++) expect(unseal(key, 'totp ada', sealed.subarray(0, length))).toBeNull()
  })
})
