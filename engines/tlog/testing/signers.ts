import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { COSIGNATURE_ML_DSA_44, type NoteSigner, verifierKey } from '../note.ts'

const PKCS8_ED25519 = '302e020100300506032b657004220420'

/** An Ed25519 signer whose private key is `seed` 32 times: everybody knows it, and it makes the same notes at every run. */
export function signer(name: string, type: number, seed: number): NoteSigner {
  const pkcs8 = Buffer.concat([Buffer.from(PKCS8_ED25519, 'hex'), Buffer.alloc(32, seed)])
  const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
  const raw = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32)
  return { key: verifierKey(name, type, new Uint8Array(raw)), sign: (message) => sign(null, message, key) }
}

/** An ML-DSA-44 signer with a new key. */
export function mlDsaSigner(name: string): NoteSigner {
  const { publicKey, privateKey } = generateKeyPairSync('ml-dsa-44')
  const { pub } = publicKey.export({ format: 'jwk' }) as { pub: string }
  const raw = new Uint8Array(Buffer.from(pub, 'base64url'))
  return { key: verifierKey(name, COSIGNATURE_ML_DSA_44, raw), sign: (message) => sign(null, message, privateKey) }
}
