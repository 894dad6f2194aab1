import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest'
import { overSocket } from '../../adapters/fieldcrypt/providers/keeper-carriers.ts'
import { KeeperKeyProvider } from '../../adapters/fieldcrypt/providers/keeper-provider.ts'
import { publicText } from '../../engines/keyuse/key-use.ts'
import { sshPerson } from '../access/testing/people.ts'
import { systemSeconds } from '../system-clock.ts'
import { type Folders, makeFolders, type RawKeeper, rawKeeper } from '../testing/raw-keeper.ts'
import { removeStrippedCode } from '../testing/stripped-code.ts'
import { orderText } from './testing/orders.ts'

afterAll(removeStrippedCode)

let folders: Folders
let keeper: RawKeeper
beforeEach(async () => {
  folders = makeFolders()
  keeper = rawKeeper(folders)
  expect(await keeper.first).toMatchObject({ event: 'ready' })
})
afterEach(async () => {
  await keeper.kill()
  folders.remove()
})

interface Listed {
  readonly publicKey: string
}
interface Collected {
  readonly batch: {
    readonly number: number
    readonly uses: readonly { op: string; outcome: string; count: number }[]
  } | null
}

it('kill -9 at random points loses no key, no grant and no use that was answered', async () => {
  const bert = sshPerson('bert')
  const { privateKey } = generateKeyPairSync('ed25519')
  await keeper.client.ask('enrol-approver', { approver: bert.approver, approvals: [] })
  await keeper.client.ask('key-create', { name: 'customer-data' })
  const { publicKey } = (await keeper.client.ask('key-list', {})) as Listed
  const holderKey = publicText(createPublicKey(privateKey))
  const order = orderText({ 'holder-key': holderKey, 'per-minute': 999_999, expires: systemSeconds() + 3600 })
  await keeper.client.ask('key-order', { order, approvals: [await bert.approve(order)] })
  const holder = { key: 'customer-data', holder: 'shop-api', privateKey, keeperKey: publicKey, seconds: systemSeconds }
  const provider = new KeeperKeyProvider({ ...holder, carrier: overSocket(folders.socket) })
  const context = Buffer.from('row')
  const secret = Buffer.alloc(32, 9)
  const wrapped = await provider.wrap(secret, context)
  let answered = 0
  let counted = 0
  let last = 0
  const collect = async () => {
    const { batch } = (await keeper.client.ask('key-uses', { acknowledged: last })) as Collected
    if (batch === null) return
    expect(batch.number).toBe(last + 1)
    last = batch.number
    for (const use of batch.uses) if (use.op === 'unwrap' && use.outcome === 'done') counted += use.count
  }
  for (let kill = 0; kill < 20; kill++) {
    const work = Array.from({ length: 4 }, async () => {
      for (;;) {
        expect(Buffer.from(await provider.unwrap(wrapped, context))).toEqual(secret)
        answered += 1
      }
    })
    const ends = Promise.allSettled(work)
    while (answered < (kill + 1) * (3 + (kill % 5))) await new Promise((resolve) => setImmediate(resolve))
    await keeper.kill()
    for (const end of await ends) expect(end).toMatchObject({ reason: { code: 'unreachable' } })
    keeper = rawKeeper(folders)
    expect(await keeper.first).toMatchObject({ event: 'ready' })
    await collect()
  }
  await collect()
  expect(counted).toBeGreaterThanOrEqual(answered)
  // What was counted and not answered was cut off between the disk and the socket.
  expect(counted).toBeLessThanOrEqual(answered + 20 * 4)
}, 60_000)
