import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import type { Json } from '../../../kernel/ledger/canonical-json.ts'
import { StreamedList, StreamedObject, TextOut, writeObject } from './json-stream.ts'

async function written(object: StreamedObject): Promise<{ text: string; pieces: number }> {
  const parts: Uint8Array[] = []
  const out = new TextOut({ write: async (bytes) => void parts.push(bytes) })
  await writeObject(out, object)
  await out.flush()
  return { text: Buffer.concat(parts).toString('utf8'), pieces: parts.length }
}

async function* from<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items
}

describe('a streamed document', () => {
  property.prop([fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue())])(
    'says what it would say in one piece, without empty lists',
    async (first, inner, second) => {
      const { text } = await written(
        new StreamedObject({
          first: new StreamedList(from(first as Json[])),
          inner: new StreamedObject({ inner: inner as Json, second: new StreamedList(from(second as Json[])) }),
          left: undefined,
        }),
      )
      const expected = {
        ...(first.length === 0 ? {} : { first }),
        inner: { inner, ...(second.length === 0 ? {} : { second }) },
      }
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(expected)))
    },
  )

  it('goes out in pieces', async () => {
    const items = from(Array.from({ length: 1000 }, () => 'x'.repeat(1000)))
    expect((await written(new StreamedObject({ items: new StreamedList(items) }))).pieces).toBeGreaterThan(10)
  })
})
