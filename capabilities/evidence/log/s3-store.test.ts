import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../../kernel/clock/clock.ts'
import type { S3Access } from '../../../kernel/s3/s3-client.ts'
import {
  ACCESS_KEY,
  BUCKET,
  REGION,
  type S3Server,
  SECRET_KEY,
  startS3Server,
} from '../../../kernel/testing/s3-server.ts'
import { testCheckpointSigner } from '../../../kernel/testing/test-signer.ts'
import { checkLog, GROWTH, grow } from '../seal/testing/crash-scenario.ts'
import { openS3Store } from './s3-store.ts'

const END = GROWTH.at(-1) ?? 0
let server: S3Server
let access: S3Access
beforeEach(async () => {
  server = await startS3Server()
  access = {
    endpoint: server.endpoint,
    region: REGION,
    bucket: BUCKET,
    prefix: 'logs/own/',
    accessKey: ACCESS_KEY,
    secretKey: SECRET_KEY,
    clock: systemClock,
    retryMs: 1,
  }
})
afterEach(() => server.stop())

const bytes = (text: string) => new TextEncoder().encode(text)
const begin = () => ({ committed: 0, acknowledged: 0 })

describe('a log in an S3-compatible store', () => {
  it('is sealed there, whole, with partial tiles removed once they are full', async () => {
    const signer = testCheckpointSigner()
    const store = await openS3Store(access)
    await grow(store, signer, begin())
    expect(await checkLog(await openS3Store(access), signer.verifierKey)).toBe(END)
    const keys = [...server.objects.keys()].sort()
    expect(keys.every((key) => key.startsWith('logs/own/'))).toBe(true)
    expect(keys.filter((key) => /tile\/(0|entries)\/00[01]\.p\//.test(key))).toEqual([])
    expect(keys).toContain('logs/own/tile/0/002.p/8')
  })

  it('goes on when the store was busy, or an answer was lost', async () => {
    const signer = testCheckpointSigner()
    const store = await openS3Store(access)
    const world = begin()
    // Never more at a time than one request is repeated.
    const troubles: readonly S3Server['moods'][] = [
      [503, 'drop', 500],
      ['drop', 'drop', 429],
      [409, 'drop', 503],
    ]
    const { sign } = signer
    signer.sign = async (growth) => {
      server.moods.push(...(troubles[growth.newSize % 3] ?? []))
      return sign(growth)
    }
    await grow(store, signer, world)
    expect(world.acknowledged).toBe(END)
    expect(await checkLog(store, signer.verifierKey)).toBe(END)
  })

  it('says why it is not let in, and never the secret', async () => {
    const refused = openS3Store({ ...access, secretKey: 'another-secret' })
    await expect(refused).rejects.toMatchObject({
      code: 'evidence.store',
      detail: { reason: '403 SignatureDoesNotMatch' },
    })
    await expect(refused.catch((error: unknown) => JSON.stringify(error))).resolves.not.toContain('another-secret')
    await expect(openS3Store({ ...access, region: 'elsewhere' })).rejects.toMatchObject({ code: 'evidence.store' })
    await server.stop()
    await expect(openS3Store(access)).rejects.toMatchObject({
      code: 'evidence.store',
      detail: { reason: 'ECONNREFUSED' },
    })
  })

  it('never changes a file that is signed for', async () => {
    const signer = testCheckpointSigner()
    const store = await openS3Store(access)
    await grow(store, signer, begin())
    const before = server.objects.get('logs/own/tile/0/000')
    await store.append([{ path: 'tile/0/000', bytes: before ?? new Uint8Array() }])
    await expect(store.append([{ path: 'tile/0/000', bytes: bytes('another') }])).rejects.toMatchObject({
      code: 'evidence.diverged',
    })
    expect(server.objects.get('logs/own/tile/0/000')).toEqual(before)
  })

  it('takes the place of what a dead process left and nobody signed', async () => {
    const store = await openS3Store(access)
    server.objects.set('logs/own/tile/0/000.p/5', bytes('left over'))
    await store.append([{ path: 'tile/0/000.p/5', bytes: bytes('sealed') }])
    expect(await store.read('tile/0/000.p/5')).toEqual(bytes('sealed'))
  })

  it('notices a second writer', async () => {
    const [one, two] = [await openS3Store(access), await openS3Store(access)]
    await one.replace('pending', bytes('one'))
    await expect(two.replace('pending', bytes('two'))).rejects.toMatchObject({ code: 'evidence.locked' })
    expect(await one.read('pending')).toEqual(bytes('one'))
    await one.replace('pending', bytes('one more'))
    expect(await two.read('pending')).toEqual(bytes('one more'))
  })
})
