import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { openCheckpoint } from '../engines/tlog/checkpoint.ts'
import { ED25519, verifierKey } from '../engines/tlog/note.ts'
import { replaceFile } from './durable.ts'
import { codeOf } from './errors.ts'
import type { Tree } from './growth.ts'
import { isHex, isObjectOf, isOneOf, isText, orNull, parseShape } from './shape.ts'

/** What must outlive the process. The last note says size, root and signature at once, and proves itself. */
export interface State {
  readonly v: '1'
  readonly origin: string
  /** Hexadecimal; null only while the first start has begun and not ended. */
  readonly publicKey: string | null
  /** The checkpoint that was signed last, whole; null where none was. */
  readonly note: string | null
}

export type StateFile =
  | { readonly is: 'there'; readonly state: State; readonly last: Tree | null }
  | { readonly is: 'missing' }
  | { readonly is: 'broken' }

const NAME = 'checkpoint.state'

const isState = isObjectOf({
  v: isOneOf('1'),
  origin: isText(512),
  publicKey: orNull(isHex(32)),
  note: orNull(isText(8192)),
})

/** Reads the state and verifies the note in it: a torn or altered file is `broken`, never a smaller tree. */
export async function readState(folder: string): Promise<StateFile> {
  const text = await readFile(join(folder, NAME), 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  })
  if (text === null) return { is: 'missing' }
  const state: State | null = parseShape(text, isState)
  if (state === null || (state.note !== null && state.publicKey === null)) return { is: 'broken' }
  if (state.note === null || state.publicKey === null) return { is: 'there', state, last: null }
  const last = await openOwn(state.note, state.origin, Buffer.from(state.publicKey, 'hex'))
  return last === null ? { is: 'broken' } : { is: 'there', state, last }
}

/** The tree of a checkpoint that this key signed under this name, or null. */
export async function openOwn(note: string, origin: string, publicKey: Uint8Array): Promise<Tree | null> {
  try {
    const { size, root } = await openCheckpoint(note, verifierKey(origin, ED25519, publicKey))
    return { size, root }
  } catch {
    return null
  }
}

/** Durable when it resolves. */
export const writeState = (folder: string, state: State): Promise<void> =>
  replaceFile(folder, NAME, `${JSON.stringify(state)}\n`)

/** When the state was written, by the clock of the file system: the keeper has none of its own. ISO 8601. */
export const stateWrittenAt = async (folder: string): Promise<string> =>
  (await stat(join(folder, NAME))).mtime.toISOString()
