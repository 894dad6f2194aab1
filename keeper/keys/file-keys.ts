import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { createFile } from '../durable.ts'
import { codeOf, failed, unsafe } from '../errors.ts'
import type { KeyStore, Purpose, SigningKey } from './key.ts'

const MOST_KEY_BYTES = 4096

/** Keys as files `<purpose>.key`, PKCS #8 in PEM, made once. The folder has been checked. */
export const fileKeys = (folder: string): KeyStore => ({
  place: 'file',
  find: async (purpose) => {
    const path = join(folder, `${purpose}.key`)
    const pem = await readPrivate(path)
    if (pem === null) return null
    try {
      return signingKey(createPrivateKey(pem))
    } catch {
      // The message of the library could quote the file.
      throw unsafe(path, 'not an Ed25519 key; restore it', 'kein Ed25519-Schlüssel; wiederherstellen')
    }
  },
  create: async (purpose: Purpose) => {
    const { privateKey } = generateKeyPairSync('ed25519')
    await createFile(folder, `${purpose}.key`, privateKey.export({ format: 'pem', type: 'pkcs8' }).toString())
    return signingKey(privateKey)
  },
  close: () => undefined,
})

async function readPrivate(path: string): Promise<string | null> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
    try {
      const { size } = await file.stat()
      if (size > MOST_KEY_BYTES) throw unsafe(path, 'too large for a key', 'zu groß für einen Schlüssel')
      return await file.readFile('utf8')
    } finally {
      await file.close()
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    if (error instanceof Error && error.name === 'KeeperError') throw error
    throw failed(`${path}: ${codeOf(error)}`, `${path}: ${codeOf(error)}`, { cause: error })
  }
}

function signingKey(key: KeyObject): SigningKey {
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('another kind of key')
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' })
  const publicKey = new Uint8Array(Buffer.from(x, 'base64url'))
  return { publicKey, inProcess: true, sign: (message) => new Uint8Array(sign(null, message, key)) }
}
