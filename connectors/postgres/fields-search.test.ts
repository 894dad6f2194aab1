import { createHash, randomBytes, randomInt } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasChecksum, looksRandom, luhn, speaksOfSecret, suspicionsOf } from './fields-patterns.ts'
import { postgresFieldsSearch } from './fields-search.connector.ts'
import { startTestCluster, type TestCluster } from './testing/cluster.ts'

const kinds = (values: readonly string[]) => suspicionsOf(values).map(({ kind, pattern }) => `${kind} ${pattern}`)
const digits = (n: number) => Array.from({ length: n }, () => randomInt(10)).join('')

describe('values', () => {
  it('of known shapes are told from prose, identifiers and hashes of nothing', () => {
    expect(kinds([`AKIA${'ABCDEFGH234567AB'}`])).toEqual(['api_key aws'])
    expect(kinds([`{"token": "sk_live_${'a1B2'.repeat(6)}"}`])).toEqual(['api_key stripe'])
    expect(kinds(['-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blb'])).toEqual(['private_key pem'])
    expect(kinds([`eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.${'x'.repeat(43)}`])).toEqual(['token jwt'])
    expect(kinds(['Ein ganz gewöhnlicher Satz über Kunden.', 'anna@example.com', '2026-11-01T00:00:00Z'])).toEqual([])
    expect(kinds(['6f1c2a34-0000-4000-8000-000000000000', 'order-2026-000123', 'https://example.com/a/b/c'])).toEqual(
      [],
    )
  })

  it('that are random are told from words and identifiers', () => {
    // One in two hundred has no digit by chance: the same values in every run.
    const digests = Array.from({ length: 200 }, (_, i) => createHash('sha256').update(`${i}`).digest())
    const told = (form: (bytes: Buffer) => string) => digests.filter((bytes) => looksRandom(form(bytes))).length
    expect(told((bytes) => bytes.subarray(0, 24).toString('base64url'))).toBeGreaterThan(190)
    expect(told((bytes) => bytes.toString('hex'))).toBe(200)
    for (const text of ['customer-relationship-management', '00000000000000000000000000', 'abcabcabcabcabcabcabcabc1'])
      expect(looksRandom(text)).toBe(false)
    expect(speaksOfSecret('api_key') && speaksOfSecret('webhookSecret') && speaksOfSecret('auth_token')).toBe(true)
    expect(speaksOfSecret('keyboard') || speaksOfSecret('key_id') || speaksOfSecret('password_hash')).toBe(false)
  })

  it('with a checksum are told with it', () => {
    expect(hasChecksum(`${'0'.repeat(30)}000000`)).toBe(false)
    expect(kinds([`ghp_${'A'.repeat(36)}`])).toEqual(['api_key github'])
  })

  it('are card numbers by issuer and check digit, and a column of random numbers is none', () => {
    for (const card of [
      '4111 1111 1111 1111',
      '5555555555554444',
      '2223003122003222',
      '378282246310005',
      '6011111111111117',
    ])
      expect(kinds([`paid with ${card}.`])).toEqual(['card_number luhn'])
    expect(kinds(['4111 1111 1111 1112', '1111111111111117', '4444444444444444'])).toEqual([])
    expect(luhn('79927398713')).toBe(true)
    const random = Array.from({ length: 300 }, () => `4${digits(15)}`)
    expect(kinds(random)).toEqual([])
  })
})

describe('a database', () => {
  let cluster: TestCluster
  const secret = `sk_live_${randomBytes(12).toString('hex')}`
  beforeAll(async () => {
    cluster = await startTestCluster()
    await cluster.sql(`create schema found;
      create table found.integration (id int, api_key text, note text, config jsonb, webhook_secret text, number numeric, plain text);
      insert into found.integration select i, '${secret}', 'nothing', '{"a": "${secret}"}', md5(i::text) || md5((i + 1)::text), 4111111111111111, 'order ' || i
        from generate_series(1, 20) i;
      create table found.closed (id int, api_key text);
      create role searcher login password 'searcher'; grant connect on database shop, postgres to searcher; grant usage on schema found, shop to searcher;
      grant select on all tables in schema found to searcher; grant select on all tables in schema shop to searcher;
      revoke all on found.closed from searcher`)
  }, 90_000)
  afterAll(() => cluster?.stop())

  it('is searched; what is told is the column, never a value, and what could not be read', async () => {
    const { of, failures } = await cluster.collect(postgresFieldsSearch, cluster.as('searcher', 'searcher', 'postgres'))
    expect([...failures.keys()]).toEqual([])
    const told = of('field_suspect').map(
      ({ relation, field, kind, pattern }) => `${relation}.${field} ${kind} ${pattern}`,
    )
    expect(told.sort()).toEqual([
      'found.integration.api_key api_key stripe',
      'found.integration.config api_key stripe',
      'found.integration.number card_number luhn',
      'found.integration.webhook_secret entropy random',
    ])
    expect(of('field_search').find(({ database }) => database === 'shop')).toMatchObject({ leftOut: 1 })
    expect(JSON.stringify(of('field_suspect'))).not.toContain(secret.slice(8))
  })

  it('a declared column is left to those who declared it', async () => {
    const fields = [
      {
        database: 'shop',
        schema: 'found',
        table: 'integration',
        column: 'api_key',
        primaryKey: ['id'],
        keys: [1],
        keyTable: null,
      },
    ]
    const { of } = await cluster.collect({
      ...postgresFieldsSearch,
      collect: (target, context) => postgresFieldsSearch.collect({ ...target, fields }, context),
    })
    expect(of('field_suspect').map(({ field }) => field)).not.toContain('api_key')
  })
})
