import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase, wipe } from '../testing/cluster.ts'
import type { Json } from './canonical-json.ts'
import { appendEntry } from './entry.ts'
import { leafOf, type StoredEntry } from './leaf.ts'
import { openPersonal, type SealedPersonal, sealPersonal } from './personal.ts'

const at = new Date('2026-11-01T12:00:00.123Z')
let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(() => db.close())
beforeEach(() => wipe(db))

const seal = (person: string, values: Json): Promise<SealedPersonal> =>
  db.stage('bf_desk').transaction((tx) => sealPersonal(tx, at, person, values))

async function keyOf(subject: string): Promise<Uint8Array | null> {
  const [row] = await db
    .stage('bf_owner')
    .query<{ key: Uint8Array | null }>('select key from evidence.subject where id = $1', [subject])
  return row?.key ?? null
}

const erase = (name: string) =>
  db.stage('bf_desk').query<{ id: string | null }>('select evidence.erase_subject($1, $2) as id', [name, at])

describe('what an entry says of a person', () => {
  it('opens with the key of that person alone', async () => {
    const values = { owner: 'ada@example.com', reason: 'waits for the new router' }
    const sealed = await seal('ada@example.com', values)
    const other = await seal('bob@example.com', { owner: 'bob@example.com' })
    expect(JSON.stringify(sealed)).not.toMatch(/ada|router/)
    const key = await keyOf(sealed.subject)
    const foreign = await keyOf(other.subject)
    expect(key !== null && openPersonal(sealed, key)).toEqual(values)
    expect(foreign !== null && openPersonal(sealed, foreign)).toBeNull()
  })

  it('is under one key for one person, and never twice the same text', async () => {
    const [a, b] = [await seal('ada@example.com', { a: 1 }), await seal('ada@example.com', { a: 1 })]
    expect(a.subject).toBe(b.subject)
    expect(a.sealed).not.toBe(b.sealed)
  })

  it('does not open where one bit changed, nor where it is moved to another person', async () => {
    const sealed = await seal('ada@example.com', { a: 1 })
    const key = await keyOf(sealed.subject)
    if (key === null) throw new Error('no key')
    const bytes = Buffer.from(sealed.sealed, 'base64url')
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const forged = Buffer.from(bytes)
      forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(openPersonal({ ...sealed, sealed: forged.toString('base64url') }, key)).toBeNull()
    }
    expect(openPersonal({ ...sealed, subject: '00000000-0000-4000-8000-000000000000' }, key)).toBeNull()
    for (const short of ['', 'AAAA', sealed.sealed.slice(0, 20)]) {
      expect(openPersonal({ ...sealed, sealed: short }, key)).toBeNull()
    }
  })
})

describe('erasing a person', () => {
  const leaves = async (): Promise<string[]> =>
    (
      await db
        .stage('bf_seal')
        .query<StoredEntry>('select at, kind, body, salt, leaf from evidence.entry order by position')
    ).map((row) => new TextDecoder().decode(leafOf(row)))

  it('destroys the key and the name, and leaves every leaf of the log as it was', async () => {
    await db.stage('bf_desk').transaction(async (tx) => {
      const owner = await sealPersonal(tx, at, 'ada@example.com', { owner: 'ada@example.com' })
      await appendEntry(tx, at, 'exception', { id: 1, owner })
    })
    const before = await leaves()
    const [row] = await erase('ada@example.com')
    expect(row?.id).toMatch(/^[0-9a-f-]{36}$/)
    expect(await leaves()).toEqual(before)
    expect(await keyOf(row?.id ?? '')).toBeNull()
    const kept = await db.stage('bf_owner').query('select name, key, erased_at from evidence.subject')
    expect(kept).toEqual([{ name: null, key: null, erased_at: at }])
  })

  it('takes the name out of stored decisions', async () => {
    const owner = db.stage('bf_owner')
    await seal('ada@example.com', 1)
    await owner.query(
      `insert into desk.exception (check_name, owner, reason, created_by, created_at, until)
         values ('a.b', 'ada@example.com', 'ada broke it', 'ada@example.com', $1, $1::timestamptz + interval '1 day')`,
      [at],
    )
    await owner.query(
      `insert into desk.attestation (control, attestation, person, document, document_digest, note, created_by, created_at, until)
         values ('X-1', 'fire', 'ada@example.com', 'ada.pdf', sha256('x'), 'by ada', 'ada@example.com', $1, $1::timestamptz + interval '1 day')`,
      [at],
    )
    await erase('ada@example.com')
    const rows = await owner.query('select * from desk.exception')
    const attested = await owner.query('select * from desk.attestation')
    expect(JSON.stringify([rows, attested])).not.toMatch(/ada@example\.com|ada\.pdf|by ada/)
  })

  it('of somebody unknown does nothing', async () => {
    expect(await erase('nobody@example.com')).toEqual([{ id: null }])
  })

  it('gives whoever comes again under that name a new key', async () => {
    const first = await seal('ada@example.com', 1)
    await erase('ada@example.com')
    const second = await seal('ada@example.com', 1)
    expect(second.subject).not.toBe(first.subject)
  })

  it('is for the desk alone', async () => {
    for (const role of ['bf_collect', 'bf_judge', 'bf_seal', 'bf_publish', 'bf_audit'] as const) {
      await expect(
        db.stage(role).query('select evidence.erase_subject($1, $2)', ['ada@example.com', at]),
      ).rejects.toMatchObject({ code: '42501' })
      await expect(
        db.stage(role).query('select * from evidence.subject_key($1, $2)', ['ada@example.com', at]),
      ).rejects.toMatchObject({ code: '42501' })
    }
  })
})

it('refuses an entry that no bundle of the log could hold', async () => {
  const append = (body: Json) => db.stage('bf_judge').transaction((tx) => appendEntry(tx, at, 'judgement', body))
  expect(await append('x'.repeat(59_998))).toBe(0)
  await expect(append('x'.repeat(59_999))).rejects.toThrow(/too long/)
})
