import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Carrier, KeeperKeyProvider } from '../../adapters/fieldcrypt/providers/keeper-provider.ts'
import { ProviderError } from '../../adapters/fieldcrypt/providers/provider-error.ts'
import { publicText } from '../../engines/keyuse/key-use.ts'
import { sshPerson, testDesk } from '../access/testing/people.ts'
import { KeeperError } from '../errors.ts'
import { FieldsDesk } from './fields-desk.ts'
import { orderText, plainOrder } from './testing/orders.ts'
import { KeyUses } from './use-key.ts'

const bert = sshPerson('bert')
const { privateKey } = generateKeyPairSync('ed25519')
const holderKey = publicText(createPublicKey(privateKey))
const context = Buffer.from('customer api_key')
const secret = Buffer.alloc(32, 7)
let house: Awaited<ReturnType<typeof testDesk>>
let desk: FieldsDesk
let uses: KeyUses

beforeEach(async () => {
  house = await testDesk()
  await house.desk.enrol(bert.approver, [])
  desk = await FieldsDesk.open(house.folder, house.desk)
  uses = new KeyUses(desk)
  await desk.create('customer-data')
})
afterEach(() => house.close())

const refusedAs = (kind: string) => ({ code: 'refused', detail: { kind } })
const order = async (text: string) => desk.order(text, [await bert.approve(text)])
const grantText = (lines: Parameters<typeof orderText>[0] = {}) => orderText({ 'holder-key': holderKey, ...lines })
const idOf = (text: string): string => /^id (.+)$/m.exec(text)?.[1] ?? ''

const carried: Carrier = async (asked) => {
  try {
    return await uses.use(asked)
  } catch (error) {
    if (error instanceof KeeperError) throw new ProviderError('refused', String(error.detail['kind'] ?? error.code))
    throw error
  }
}
const provider = (carrier: Carrier = carried, holder = 'shop-api', key = privateKey) =>
  new KeeperKeyProvider({
    key: 'customer-data',
    holder,
    privateKey: key,
    keeperKey: desk.publicKey,
    carrier,
    seconds: () => house.clock.at,
  })
const counted = async () =>
  (await desk.uses.collect(0))?.uses.map(({ op, outcome, count }) => `${op} ${outcome} ${count}`)

describe('a grant', () => {
  it('lets its holder wrap and unwrap, bound to context and version, after a restart too', async () => {
    await order(grantText())
    const wrapped = await provider().wrap(secret, context)
    expect(wrapped.kek).toBe('customer-data.1')
    expect(await desk.rotate('customer-data')).toEqual({ version: 2 })
    desk = await FieldsDesk.open(house.folder, house.desk)
    uses = new KeyUses(desk)
    expect(Buffer.from(await provider().unwrap(wrapped, context))).toEqual(secret)
    expect((await provider().wrap(secret, context)).kek).toBe('customer-data.2')
    const failed = { name: 'FieldcryptError', code: 'unwrap_failed' }
    await expect(provider().unwrap(wrapped, Buffer.from('other'))).rejects.toMatchObject(failed)
    await expect(provider().unwrap({ ...wrapped, kek: 'customer-data.2' }, context)).rejects.toMatchObject(failed)
    expect(await counted()).toEqual(['wrap done 2', 'unwrap done 1', 'unwrap not_opened 2'])
  })

  it('is opened by the signature of somebody else over its very words, once, and never by its owner', async () => {
    const text = grantText()
    await expect(desk.order(text, [])).rejects.toMatchObject(refusedAs('few'))
    await expect(desk.order(text.replace('600', '60000'), [await bert.approve(text)])).rejects.toMatchObject(
      refusedAs('approval'),
    )
    await expect(order(grantText({ owner: 'bert' }))).rejects.toMatchObject(refusedAs('own'))
    await expect(order(grantText({ requester: 'bert' }))).rejects.toMatchObject(refusedAs('own'))
    await expect(order(grantText({ seconds: 91 * 86_400 }))).rejects.toMatchObject(refusedAs('limit'))
    await expect(order(grantText({ expires: house.clock.at }))).rejects.toMatchObject(refusedAs('expired'))
    await expect(order(grantText({ key: 'nothing' }))).rejects.toMatchObject(refusedAs('unknown'))
    const first = await order(text)
    expect(await order(text)).toEqual(first)
    await desk.revoke(idOf(text))
    await expect(order(text)).rejects.toMatchObject(refusedAs('over'))
    expect(desk.grants).toHaveLength(1)
  })

  it('ends: at its time, by hand, with the key; each refusal is counted', async () => {
    const refusal = (reason: string) => ({ code: 'refused', reason })
    await expect(provider().wrap(secret, context)).rejects.toMatchObject(refusal('no_grant'))
    const text = grantText({ seconds: 60 })
    await order(text)
    const wrapped = await provider().wrap(secret, context)
    house.clock.at += 61
    await expect(provider().unwrap(wrapped, context)).rejects.toMatchObject(refusal('over'))
    const next = grantText({ expires: house.clock.at + 60 })
    await order(next)
    await provider().unwrap(wrapped, context)
    await desk.revoke(idOf(next))
    await expect(provider().unwrap(wrapped, context)).rejects.toMatchObject(refusal('over'))
    await order(grantText({ may: 'unwrap', expires: house.clock.at + 60 }))
    await expect(provider().wrap(secret, context)).rejects.toMatchObject(refusal('not_allowed'))
    await desk.disable('customer-data')
    await expect(provider().unwrap(wrapped, context)).rejects.toMatchObject(refusal('key_state'))
    await order(plainOrder('enable', { expires: house.clock.at + 60 }))
    await provider().unwrap(wrapped, context)
    expect(await counted()).toEqual([
      'wrap no_grant 1',
      'wrap done 1',
      'unwrap over 1',
      'unwrap done 1',
      'unwrap over 1',
      'wrap not_allowed 1',
      'unwrap key_state 1',
      'unwrap done 1',
    ])
  })

  it('is its holder’s alone: another key, another name, a changed or repeated question are refused', async () => {
    await order(grantText({ 'per-minute': 3 }))
    const stranger = generateKeyPairSync('ed25519').privateKey
    await expect(provider(carried, 'shop-api', stranger).wrap(secret, context)).rejects.toMatchObject({
      reason: 'no_grant',
    })
    await expect(provider(carried, 'other').wrap(secret, context)).rejects.toMatchObject({ reason: 'no_grant' })
    const changed: Carrier = (asked) => carried({ ...asked, question: asked.question.replace('op wrap', 'op unwrap') })
    await expect(provider(changed).wrap(secret, context)).rejects.toMatchObject({ reason: 'unproven' })
    let heard = ''
    const twice: Carrier = async (asked) => {
      heard = JSON.stringify(asked)
      const answer = await carried(asked)
      heard += JSON.stringify(answer)
      await expect(carried(asked)).rejects.toMatchObject({ reason: 'late' })
      return answer
    }
    const wrapped = await provider(twice).wrap(secret, context)
    await provider(twice).unwrap(wrapped, context)
    for (const form of ['base64url', 'base64', 'hex'] as const) expect(heard).not.toContain(secret.toString(form))
    await provider().unwrap(wrapped, context)
    await expect(provider().unwrap(wrapped, context)).rejects.toMatchObject({ reason: 'rate' })
    house.clock.at += 60
    await provider().unwrap(wrapped, context)
  })

  it('answers are believed of the keeper alone', async () => {
    await order(grantText())
    const lying: Carrier = async () => ({ kek: 'customer-data.1', answer: randomBytes(60).toString('base64url') })
    await expect(provider(lying).wrap(secret, context)).rejects.toMatchObject({ code: 'unexpected' })
    const elsewhere: Carrier = async (asked) => ({ ...(await carried(asked)), kek: 'other.1' })
    await expect(provider(elsewhere).wrap(secret, context)).rejects.toMatchObject({ code: 'unexpected' })
  })
})

describe('a key', () => {
  it('that was shredded is in no file any more, and nothing brings it back', async () => {
    await order(grantText())
    const wrapped = await provider().wrap(secret, context)
    const before = JSON.parse(await readFile(join(house.folder, 'fields.key'), 'utf8')) as {
      keys: { versions: { secret: string }[] }[]
    }
    const raw = before.keys[0]?.versions[0]?.secret ?? 'none'
    await expect(desk.order(plainOrder('shred'), [])).rejects.toMatchObject(refusedAs('few'))
    const text = plainOrder('shred')
    await order(text)
    expect(await readFile(join(house.folder, 'fields.key'), 'utf8')).not.toContain(raw)
    await expect(provider().unwrap(wrapped, context)).rejects.toMatchObject({ reason: 'key_state' })
    await expect(order(plainOrder('enable'))).rejects.toMatchObject(refusedAs('key_state'))
    await expect(order(text)).rejects.toMatchObject(refusedAs('replay'))
    await expect(desk.rotate('customer-data')).rejects.toMatchObject(refusedAs('key_state'))
    await expect(desk.create('customer-data')).rejects.toMatchObject(refusedAs('taken'))
  })

  it('is not used with a record that cannot be believed', async () => {
    await writeFile(join(house.folder, 'fields.key'), '{}')
    await expect(FieldsDesk.open(house.folder, house.desk)).rejects.toMatchObject(refusedAs('state'))
  })
})

describe('counts of uses', () => {
  it('are given again until they were acknowledged, across restarts, and none is lost or doubled', async () => {
    await order(grantText({ 'per-minute': 100_000 }))
    const wrapped = await provider().wrap(secret, context)
    const first = await desk.uses.collect(0)
    await Promise.all(Array.from({ length: 40 }, () => provider().unwrap(wrapped, context)))
    desk = await FieldsDesk.open(house.folder, house.desk)
    uses = new KeyUses(desk)
    expect(await desk.uses.collect(0)).toEqual(first)
    const second = await desk.uses.collect(first?.number ?? 0)
    expect(second).toMatchObject({ number: 2, uses: [{ op: 'unwrap', outcome: 'done', count: 40 }] })
    expect(await desk.uses.collect(2)).toBeNull()
  })
})
