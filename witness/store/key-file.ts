import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { lstat, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  COSIGNATURE_ED25519,
  COSIGNATURE_ML_DSA_44,
  isKeyName,
  type NoteSigner,
  verifierKey,
} from '../../engines/tlog/note.ts'
import { codeOf, problem, WitnessError } from '../errors.ts'
import { createFile } from './durable.ts'
import { checkClosed } from './folder.ts'

/** Who a witness is: one name, and one key or two. */
export interface Identity {
  readonly name: string
  /** Ed25519 first. */
  readonly signers: readonly [NoteSigner, ...NoteSigner[]]
}

const NAME = 'key.json'
/** Bytes of a public key at the end of its SPKI form. */
const RAW_BYTES = new Map([
  [COSIGNATURE_ED25519, 32],
  [COSIGNATURE_ML_DSA_44, 1312],
])

/**
 * Makes the keys of a witness.
 *
 * @param postQuantum - with a second key, ML-DSA-44 (FIPS 204), for readers who ask for one
 * @throws {WitnessError} `usage` where the name is none, `failed`; `EEXIST` where there are keys
 */
export async function createKeys(folder: string, name: string, postQuantum: boolean): Promise<Identity> {
  if (!isKeyName(name) || Buffer.byteLength(name) > 255) {
    throw problem(
      'usage',
      '--name',
      'a name has no spaces, no plus and at most 255 bytes',
      'ein Name hat keine Leerzeichen, kein Plus und höchstens 255 Bytes',
    )
  }
  const keys = [{ type: COSIGNATURE_ED25519, pkcs8: pkcs8Of(generateKeyPairSync('ed25519').privateKey) }]
  if (postQuantum) keys.push({ type: COSIGNATURE_ML_DSA_44, pkcs8: pkcs8Of(mlDsaKey()) })
  await createFile(folder, NAME, `${JSON.stringify({ v: 1, name, keys }, null, 2)}\n`)
  return readKeys(folder)
}

/** @throws {WitnessError} `usage` where there are keys already */
export async function refuseKeys(folder: string): Promise<void> {
  const path = join(folder, NAME)
  const found = await lstat(path).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  })
  if (found !== null) throw problem('usage', path, 'there are keys already', 'es gibt schon Schlüssel')
}

/** @throws {WitnessError} `unsafe` where others can read the keys; `broken` */
export async function readKeys(folder: string): Promise<Identity> {
  const path = join(folder, NAME)
  await checkClosed(path, 'file')
  const { name, keys } = shapeOf(await readFile(path, 'utf8')) ?? {}
  if (name === undefined || keys === undefined) throw noKeys(path)
  const [first, ...more] = keys.map(({ type, pkcs8 }) => signerOf(path, name, type, pkcs8))
  if (first === undefined || first.key.type !== COSIGNATURE_ED25519) throw noKeys(path)
  return { name, signers: [first, ...more] }
}

function shapeOf(text: string): { name: string; keys: readonly { type: number; pkcs8: string }[] } | null {
  try {
    const value = JSON.parse(text) as { v?: unknown; name?: unknown; keys?: unknown } | null
    if (value?.v !== 1 || typeof value.name !== 'string' || !isKeyName(value.name) || !Array.isArray(value.keys))
      return null
    const keys = value.keys as readonly { type?: unknown; pkcs8?: unknown }[]
    const fits = keys.every((key) => typeof key?.type === 'number' && typeof key.pkcs8 === 'string')
    return fits ? { name: value.name, keys: keys as readonly { type: number; pkcs8: string }[] } : null
  } catch {
    return null
  }
}

function signerOf(path: string, name: string, type: number, pkcs8: string): NoteSigner {
  const bytes = RAW_BYTES.get(type)
  if (bytes === undefined) throw noKeys(path)
  try {
    const key = createPrivateKey({ key: Buffer.from(pkcs8, 'base64'), format: 'der', type: 'pkcs8' })
    if (key.asymmetricKeyType !== (type === COSIGNATURE_ED25519 ? 'ed25519' : 'ml-dsa-44')) throw noKeys(path)
    const raw = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-bytes)
    return { key: verifierKey(name, type, new Uint8Array(raw)), sign: (message) => sign(null, message, key) }
  } catch (error) {
    if (error instanceof WitnessError) throw error
    // Without its cause, which may quote the key.
    throw type === COSIGNATURE_ML_DSA_44 ? tooOld(path) : noKeys(path)
  }
}

function mlDsaKey(): KeyObject {
  try {
    return generateKeyPairSync('ml-dsa-44').privateKey
  } catch {
    throw tooOld('--ml-dsa')
  }
}

const pkcs8Of = (key: KeyObject): string => key.export({ format: 'der', type: 'pkcs8' }).toString('base64')

const noKeys = (path: string) =>
  problem('broken', path, 'holds no keys of a witness', 'enthält keine Schlüssel eines Zeugen')

const tooOld = (what: string) =>
  problem(
    'failed',
    what,
    'this version of Node cannot use ML-DSA-44, version 24 can',
    'diese Version von Node kann kein ML-DSA-44, Version 24 kann es',
  )
