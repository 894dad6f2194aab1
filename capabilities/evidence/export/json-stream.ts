import type { Json } from '../../../kernel/ledger/canonical-json.ts'
import type { Sink } from './sink.ts'

const FLUSH = 65_536

/** Texts of a document on their way out, gathered to pieces of about 64 KiB. */
export class TextOut {
  readonly #sink: Sink
  #pending = ''

  constructor(sink: Sink) {
    this.#sink = sink
  }

  async write(text: string): Promise<void> {
    this.#pending += text
    if (this.#pending.length >= FLUSH) await this.flush()
  }

  async flush(): Promise<void> {
    const bytes = Buffer.from(this.#pending, 'utf8')
    this.#pending = ''
    if (bytes.length > 0) await this.#sink.write(bytes)
  }
}

/** A list that is too long for memory: its items are written as they come. */
export class StreamedList {
  readonly items: AsyncIterable<Json | StreamedObject>

  constructor(items: AsyncIterable<Json | StreamedObject>) {
    this.items = items
  }
}

/** An object with such a list somewhere in it. */
export class StreamedObject {
  readonly members: Readonly<Record<string, Json | StreamedList | StreamedObject | undefined>>

  constructor(members: StreamedObject['members']) {
    this.members = members
  }
}

/** Writes an object member by member. A streamed list without an item is left out with its name: OSCAL knows no empty lists. */
export async function writeObject(out: TextOut, { members }: StreamedObject): Promise<void> {
  let before = '{'
  for (const [key, value] of Object.entries(members)) {
    if (value === undefined) continue
    const name = `${before}${JSON.stringify(key)}:`
    if (value instanceof StreamedList) {
      if (await writeList(out, name, value)) before = ','
    } else {
      await out.write(name)
      await writeValue(out, value)
      before = ','
    }
  }
  await out.write(before === '{' ? '{}' : '}')
}

async function writeList(out: TextOut, name: string, { items }: StreamedList): Promise<boolean> {
  let before = `${name}[\n`
  for await (const item of items) {
    await out.write(before)
    await writeValue(out, item)
    before = ',\n'
  }
  if (before !== ',\n') return false
  await out.write('\n]')
  return true
}

const writeValue = (out: TextOut, value: Json | StreamedObject): Promise<void> =>
  value instanceof StreamedObject ? writeObject(out, value) : out.write(JSON.stringify(value))
