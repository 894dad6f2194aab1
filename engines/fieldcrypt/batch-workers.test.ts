import { afterAll, describe, expect, it } from 'vitest'
import { WorkerBatch } from './batch-workers.ts'
import { parseEnvelope } from './envelope.ts'
import { FieldCipher } from './field-cipher.ts'
import { COLUMN, codeOf, codeOfAsync, openKey } from './testing/keys.ts'

const key = openKey()
const old = openKey(2, { state: 'decrypt-only' })
const cipher = new FieldCipher(COLUMN, [key, old])
const batch = new WorkerBatch(COLUMN, [key, old], { workers: 2 })
afterAll(() => batch.close())

/** Three jobs and a bit, of values of all lengths from 0 on. */
const cells = Array.from({ length: 3500 }, (_, i) => ({
  row: ['row', i],
  value: Buffer.alloc(i % 300, i),
  ...(i % 2 === 0 ? {} : { revision: i }),
}))
const stored = cipher.encryptBatch(cells).map((envelope, i) => ({ ...cells[i], row: ['row', i], envelope }))

describe('workers', () => {
  it('encrypt what a cipher decrypts, and decrypt what a cipher encrypted, in order', async () => {
    const envelopes = await batch.encryptBatch(cells)
    expect(envelopes.length).toBe(cells.length)
    const read = cipher.decryptBatch(envelopes.map((envelope, i) => ({ ...cells[i], row: ['row', i], envelope })))
    for (const [i, { value }] of cells.entries()) expect(read[i]?.equals(value)).toBe(true)
    const decrypted = await batch.decryptBatch(stored)
    for (const [i, { value }] of cells.entries()) expect(decrypted[i]?.equals(value)).toBe(true)
  })

  it('draw nonces of their own', async () => {
    const envelopes = await batch.encryptBatch(cells)
    const again = await batch.encryptBatch(cells)
    const nonces = [...envelopes, ...again].map((one) => Buffer.from(parseEnvelope(one).nonce).toString('hex'))
    expect(new Set(nonces).size).toBe(2 * cells.length)
    const heads = new Set(nonces.map((nonce) => nonce.slice(0, 24)))
    const [mine] = stored
    expect(heads.size).toBe(2)
    expect(heads.has(Buffer.from(mine?.envelope.subarray(7, 19) ?? []).toString('hex'))).toBe(false)
  })

  it('serve several batches at once, and empty ones', async () => {
    const some = [0, 1, 2, 3].map((i) => stored.slice(800 * i, 800 * i + 700))
    const results = await Promise.all(some.map((part) => batch.decryptBatch(part)))
    for (const [i, result] of results.entries())
      expect(result.every((value, j) => value.equals(cells[800 * i + j]?.value ?? Buffer.from('?')))).toBe(true)
    expect(await batch.encryptBatch([])).toEqual([])
  })

  it('say which value failed, with the same error as a cipher', async () => {
    const changed = stored.map((cell, i) => (i === 2100 ? { ...cell, row: ['row', 0] } : cell))
    await expect(batch.decryptBatch(changed)).rejects.toThrow('value 2100 of the batch: the tag does not verify')
    const answers = await batch.tryDecryptBatch(changed)
    expect(answers.flatMap(({ ok }, i) => (ok ? [] : [i]))).toEqual([2100])
    const junk = [new Uint8Array(0), Buffer.alloc(60), Buffer.from('bf01010000000700', 'hex')]
    const codes = (await batch.tryDecryptBatch(junk.map((envelope) => ({ row: [1], envelope })))).map((answer) =>
      answer.ok ? null : answer.error.code,
    )
    expect(codes).toEqual(
      cipher.tryDecryptBatch(junk.map((envelope) => ({ row: [1], envelope }))).map((a) => (a.ok ? null : a.error.code)),
    )
  })

  it('refuse rows and values that are never right', async () => {
    const value = Buffer.from('v')
    expect(await codeOfAsync(() => batch.encryptBatch([{ row: [], value }]))).toBe('invalid')
    expect(await codeOfAsync(() => batch.encryptBatch([{ row: [1], value: 'v' as unknown as Buffer }]))).toBe('invalid')
    expect(await codeOfAsync(() => batch.encryptBatch([{ row: [1], value: new Uint8Array(2 ** 26 + 1) }]))).toBe(
      'too_large',
    )
    expect(codeOf(() => new WorkerBatch(COLUMN, [key], { workers: 0 }))).toBe('invalid')
    expect(codeOf(() => new WorkerBatch(COLUMN, [openKey(1, { purpose: 'index' })], { workers: 1 }))).toBe('invalid')
  })
})

describe('a key that loses its rights', () => {
  it('loses them in the workers before the next batch', async () => {
    const one = openKey()
    await using own = new WorkerBatch(COLUMN, [one], { workers: 1 })
    const envelopes = await own.encryptBatch([{ row: [1], value: Buffer.from('v') }])
    one.demote('decrypt-only')
    expect(await codeOfAsync(() => own.encryptBatch([{ row: [1], value: Buffer.from('v') }]))).toBe('key_state')
    const again = envelopes.map((envelope) => ({ row: [1], envelope }))
    expect((await own.decryptBatch(again)).map(String)).toEqual(['v'])
    one.demote('shredded')
    expect(await codeOfAsync(() => own.decryptBatch(again))).toBe('key_state')
  })

  it('lets no value out that was on its way', async () => {
    const one = openKey()
    await using own = new WorkerBatch(COLUMN, [one], { workers: 1 })
    const [envelope = Buffer.alloc(0)] = await own.encryptBatch([{ row: [1], value: Buffer.from('v') }])
    const running = codeOfAsync(() => own.decryptBatch([{ row: [1], envelope }]))
    one.close()
    expect(await running).toBe('key_state')
  })
})

it('a closed pool refuses what runs and what comes', async () => {
  const own = new WorkerBatch(COLUMN, [key], { workers: 2 })
  const running = codeOfAsync(() => own.encryptBatch(cells))
  await own.close()
  expect(await running).toBe('worker')
  expect(await codeOfAsync(() => own.encryptBatch(cells))).toBe('worker')
  await own.close()
})
