import { randomFillSync } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from '../durable.ts'
import { codeOf } from '../errors.ts'
import { type Fits, isCount, isHex, isListOf, isObjectOf, isOneOf, isText, orNull, parseShape } from '../shape.ts'

/** The file stays below what the process may write at once. */
export const MOST_KEYS = 500
export const MOST_VERSIONS = 100
export const MOST_KEY_GRANTS = 5000

const isKey = isObjectOf({
  name: isText(63),
  state: isOneOf('active', 'disabled', 'shredded'),
  madeAt: isCount,
  /** The last one wraps, all of them unwrap. `secret`: 32 bytes; null: shredded. */
  versions: isListOf(isObjectOf({ version: isCount, madeAt: isCount, secret: orNull(isHex(32)) }), MOST_VERSIONS),
  endedAt: orNull(isCount),
})
export type KeptKey = Fits<typeof isKey>

const isGrant = isObjectOf({
  id: isText(36),
  /** SHA-256 of the order's text. */
  order: isHex(32),
  key: isText(63),
  holder: isText(100),
  holderKey: isText(43),
  owner: isText(200),
  may: isListOf(isOneOf('wrap', 'unwrap'), 2),
  perMinute: isCount,
  from: isCount,
  until: isCount,
  /** When it was revoked; from then on nothing brings it back. */
  ended: orNull(isCount),
  /** Until when its order could have been used. */
  expires: isCount,
})
export type KeyGrant = Fits<typeof isGrant>

const isState = isObjectOf({
  v: isOneOf('1'),
  /** X25519, PKCS #8 in DER, hexadecimal: what services seal their questions to. */
  exchange: isText(400),
  keys: isListOf(isKey, MOST_KEYS),
  grants: isListOf(isGrant, MOST_KEY_GRANTS),
  /** Orders that were carried out and are no grants: none a second time. */
  done: isListOf(isObjectOf({ id: isText(36), expires: isCount }), 5000),
})
export type SealedState = Fits<typeof isState>

const NAME = 'fields.key'

/** `missing`: there never was one, or it was lost; `broken`: it says nothing that could be believed. */
export async function readSealedState(folder: string): Promise<SealedState | 'missing' | 'broken'> {
  const text = await readFile(join(folder, NAME), 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  })
  if (text === null) return 'missing'
  return parseShape(text, isState) ?? 'broken'
}

/** Durable when it resolves. The file that it replaces is overwritten where it was: a shredded key is not left behind in it. */
export async function writeSealedState(folder: string, state: SealedState): Promise<void> {
  const old = await openOld(join(folder, NAME))
  try {
    await replaceFile(folder, NAME, JSON.stringify(state))
    if (old !== null) await overwrite(old)
  } finally {
    await old?.close()
  }
}

const openOld = (path: string): Promise<FileHandle | null> =>
  open(path, constants.O_WRONLY | constants.O_NOFOLLOW).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  })

async function overwrite(file: FileHandle): Promise<void> {
  const { size } = await file.stat()
  await file.write(randomFillSync(new Uint8Array(size)), 0, size, 0)
  await file.sync()
}
