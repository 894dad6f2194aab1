import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Carrier, KeeperKeyProvider } from '../adapters/fieldcrypt/providers/keeper-provider.ts'
import { ProviderError } from '../adapters/fieldcrypt/providers/provider-error.ts'
import { lock } from '../capabilities/access/people/lock.ts'
import { type AskKeyOrder, holderText } from '../capabilities/fields/contract.ts'
import { collectUses } from '../capabilities/fields/keys/collect-uses.ts'
import { keyFacts } from '../capabilities/fields/keys/facts.ts'
import { changeKey, enrolHolder, revokeGrant } from '../capabilities/fields/keys/keys.ts'
import { approveOrder, askForOrder, refuseOrder } from '../capabilities/fields/keys/orders.ts'
import { readKeysView } from '../capabilities/fields/keys/views.ts'
import { endUnwanted } from '../capabilities/fields/keys/worker.ts'
import { publicText } from '../engines/keyuse/key-use.ts'
import { sshPerson } from '../keeper/access/testing/people.ts'
import { KeeperError } from '../keeper/errors.ts'
import { FieldsDesk } from '../keeper/fields/fields-desk.ts'
import { KeyUses } from '../keeper/fields/use-key.ts'
import type { KeysKeeper } from '../kernel/act/keys-desk.ts'
import { translating } from './keeper/translate.ts'
import { accessHouse } from './testing/access-house.ts'

const [ANNA, BERT] = ['anna@example.com', 'bert@example.com']
const bert = sshPerson(BERT)
const { privateKey } = generateKeyPairSync('ed25519')
const publicKey = publicText(createPublicKey(privateKey))
const secret = Buffer.alloc(32, 5)
const context = Buffer.from('x')
const WISH: AskKeyOrder = {
  kind: 'grant',
  key: 'customer-data',
  holder: 'shop-api',
  may: ['wrap', 'unwrap'],
  perMinute: 600,
  seconds: 86_400,
  need: 'API keys of customers',
}

async function stage() {
  const house = await accessHouse([], new Map())
  await house.desk.desk.enrol(bert.approver, [])
  await house.person(ANNA, 'owner')
  await house.person(BERT, 'approver')
  const fields = await FieldsDesk.open(house.desk.folder, house.desk.desk)
  const uses = new KeyUses(fields)
  const keeper: KeysKeeper = {
    list: async () => ({
      publicKey: fields.publicKey,
      keys: fields.keys.map((key) => ({
        ...key,
        versions: key.versions.map(({ version, madeAt }) => ({ version, madeAt })),
      })),
    }),
    create: (name) => translating(() => fields.create(name)),
    rotate: (name) => translating(() => fields.rotate(name)),
    disable: (name) => translating(() => fields.disable(name)),
    order: (text, approvals) => translating(() => fields.order(text, approvals)),
    revoke: (grant) => fields.revoke(grant),
    use: (asked) => translating(() => uses.use(asked)),
    uses: async (acknowledged) => ({ batch: await fields.uses.collect(acknowledged) }),
  }
  const deps = { database: house.db, clock: house.clock, keys: { keeper, moved: () => undefined } }
  const carrier: Carrier = (asked) =>
    uses.use(asked).catch((error: unknown) => {
      throw error instanceof KeeperError ? new ProviderError('refused', String(error.detail['kind'])) : error
    })
  const provider = () =>
    new KeeperKeyProvider({
      ...{ key: 'customer-data', holder: 'shop-api', privateKey, carrier },
      keeperKey: fields.publicKey,
      seconds: () => house.desk.clock.at,
    })
  await changeKey(deps, ANNA, 'customer-data', 'created')
  const holder = { name: 'shop-api', owner: ANNA, publicKey }
  const proof = sign(null, Buffer.from(holderText(holder)), privateKey).toString('base64url')
  await enrolHolder(deps, ANNA, { ...holder, proof })
  return { house, deps, keeper, provider, holder, proof, pool: house.db.stage('bf_keys') }
}

let s: Awaited<ReturnType<typeof stage>>
beforeEach(async () => {
  s = await stage()
})
afterEach(() => s.house.close())

async function granted(wish: AskKeyOrder = WISH): Promise<string> {
  const { id, text } = await askForOrder(s.deps, ANNA, wish)
  expect(await approveOrder(s.deps, id, await bert.approve(text))).toBe(true)
  return id
}

const entries = async (kind: string) =>
  (
    await s.house.db
      .stage('bf_seal')
      .query<{ body: string }>('select body from evidence.entry where kind = $1 order by position', [kind])
  ).map(({ body }) => JSON.parse(body) as Record<string, unknown>)

describe('a grant of a key', () => {
  it('is asked for, approved by somebody else, used, counted into the evidence once, and told to the checks', async () => {
    const id = await granted()
    const wrapped = await s.provider().wrap(secret, context)
    await s.provider().unwrap(wrapped, context)
    await s.provider().unwrap(wrapped, context)
    expect(await collectUses(s.pool, s.keeper, s.house.clock.now())).toBe(true)
    expect(await collectUses(s.pool, s.keeper, s.house.clock.now())).toBe(false)
    expect(await entries('key_use')).toMatchObject([
      {
        batch: 1,
        uses: [
          { grant: id, holder: 'shop-api', key: 'customer-data', op: 'wrap', outcome: 'done', count: 1 },
          { grant: id, op: 'unwrap', outcome: 'done', count: 2 },
        ],
      },
    ])
    const view = await readKeysView(s.deps, BERT)
    expect(view.keys).toMatchObject([{ name: 'customer-data', state: 'active', versions: 1, uses: 3, liveGrants: 1 }])
    expect(view.orders).toMatchObject([{ id, state: 'live', approvedBy: [BERT], uses: 3, own: false }])
    const facts = await keyFacts(s.pool, s.keeper, s.house.clock.now())
    expect(facts.get('key_grant')).toMatchObject([{ number: id, holder: 'shop-api', approvedBy: [BERT] }])
    const text = JSON.stringify(await entries('key'))
    expect((await entries('key')).map(({ event }) => event)).toEqual([
      'created',
      'holder',
      'asked',
      'approved',
      'granted',
    ])
    for (const person of [ANNA, BERT]) expect(text).not.toContain(person)
  })

  it('a batch that was stored and not acknowledged is not stored twice', async () => {
    await granted()
    await s.provider().wrap(secret, context)
    const once = { ...s.keeper, uses: () => s.keeper.uses(0) }
    await collectUses(s.pool, once, s.house.clock.now())
    await collectUses(s.pool, once, s.house.clock.now())
    expect(await entries('key_use')).toHaveLength(1)
  })

  it('of a leaver ends: the next unwrap is refused, and the refusal is evidence', async () => {
    const id = await granted()
    const wrapped = await s.provider().wrap(secret, context)
    await endUnwanted(s.deps)
    await s.provider().unwrap(wrapped, context)
    await lock(s.house.deps, { kind: 'person', target: ANNA, reason: 'left', by: BERT, why: 'left' })
    await endUnwanted(s.deps)
    await expect(s.provider().unwrap(wrapped, context)).rejects.toMatchObject({ code: 'refused', reason: 'over' })
    await collectUses(s.pool, s.keeper, s.house.clock.now())
    expect((await entries('key_use')).at(-1)).toMatchObject({
      uses: expect.arrayContaining([expect.objectContaining({ grant: id, op: 'unwrap', outcome: 'over', count: 1 })]),
    })
    expect((await readKeysView(s.deps, null)).orders).toMatchObject([{ id, state: 'over', endReason: 'left' }])
    await expect(askForOrder(s.deps, BERT, WISH)).rejects.toMatchObject({ code: 'keys.owner_gone' })
  })

  it('is not approved by who asked or answers for it, nor twice, nor without the signature of somebody enrolled', async () => {
    const { id, text } = await askForOrder(s.deps, ANNA, WISH)
    const anna = sshPerson(ANNA)
    await expect(approveOrder(s.deps, id, await anna.approve(text))).rejects.toMatchObject({ code: 'keys.own' })
    await expect(approveOrder(s.deps, id, { person: BERT, ssh: null, passkey: null })).rejects.toMatchObject({
      code: 'keeper.refused',
    })
    await refuseOrder(s.deps, id, BERT)
    await expect(approveOrder(s.deps, id, await bert.approve(text))).rejects.toMatchObject({ code: 'keys.decided' })
    const next = await granted()
    await revokeGrant(s.deps, BERT, next)
    await expect(revokeGrant(s.deps, BERT, next)).rejects.toMatchObject({ code: 'http.not_found' })
    await expect(s.provider().wrap(secret, context)).rejects.toMatchObject({ reason: 'over' })
  })
})

it('a holder is enrolled by proof of its key alone', async () => {
  const other = publicText(generateKeyPairSync('ed25519').privateKey)
  await expect(enrolHolder(s.deps, ANNA, { ...s.holder, publicKey: other, proof: s.proof })).rejects.toMatchObject({
    code: 'keys.proof',
  })
  await expect(askForOrder(s.deps, ANNA, { ...WISH, holder: 'nobody' })).rejects.toMatchObject({ code: 'keys.unknown' })
  await expect(askForOrder(s.deps, ANNA, { ...WISH, key: 'nothing' })).rejects.toMatchObject({ code: 'keys.unknown' })
})

it('a key is shredded by two people, and nothing wrapped under it opens again', async () => {
  await granted()
  const wrapped = await s.provider().wrap(secret, context)
  await changeKey(s.deps, ANNA, 'customer-data', 'disabled')
  await expect(s.provider().unwrap(wrapped, context)).rejects.toMatchObject({ reason: 'key_state' })
  await granted({ kind: 'enable', key: 'customer-data', need: 'it was the wrong one' })
  await s.provider().unwrap(wrapped, context)
  await granted({ kind: 'shred', key: 'customer-data', need: 'the customer left' })
  await expect(s.provider().unwrap(wrapped, context)).rejects.toMatchObject({ reason: 'key_state' })
  expect((await readKeysView(s.deps, null)).keys).toMatchObject([{ state: 'shredded' }])
})
