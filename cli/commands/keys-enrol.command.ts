import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { holderText } from '../../capabilities/fields/contract.ts'
import { publicText } from '../../engines/keyuse/key-use.ts'
import { defineCommand, type World } from '../command.ts'
import { required, wrongUsage } from '../options.ts'
import { remoteOf } from '../remote/call.ts'

/** `bergfried keys enrol NAME --owner LOGIN --key FILE`: makes the service's Ed25519 key where there is none. */
export const keysEnrol = defineCommand({
  name: 'keys enrol',
  summary: {
    de: 'nimmt einen Dienst auf, der Schlüssel benutzen soll, mit seinem Ed25519-Schlüssel',
    en: 'enrols a service that is to use keys, with its Ed25519 key',
  },
  args: [{ name: 'NAME', help: { de: 'Name des Dienstes', en: 'name of the service' } }],
  options: {
    owner: { type: 'string', value: 'LOGIN', help: { de: 'wer für ihn einsteht', en: 'who answers for it' } },
    key: {
      type: 'string',
      value: 'FILE',
      help: {
        de: 'PKCS-#8-Datei (PEM); gibt es sie nicht, wird sie angelegt',
        en: 'PKCS #8 file (PEM); made where there is none',
      },
    },
  },
  async run(world, { args, options }) {
    const remote = await remoteOf(world)
    const key = await keyIn(world, required(options, 'key'))
    const holder = {
      name: args[0] ?? '',
      owner: required(options, 'owner').toLowerCase(),
      publicKey: publicText(createPublicKey(key)),
    }
    const proof = sign(null, Buffer.from(holderText(holder)), key).toString('base64url')
    await remote.keys('keys-enrol', { ...holder, proof })
    world.out(holder.publicKey)
    return 0
  },
})

async function keyIn(world: World, file: string): Promise<KeyObject> {
  const path = resolve(world.cwd, file)
  const pem = await readFile(path, 'utf8').catch(() => null)
  if (pem === null) {
    const { privateKey } = generateKeyPairSync('ed25519')
    await writeFile(path, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600, flag: 'wx' })
    return privateKey
  }
  try {
    const key = createPrivateKey(pem)
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch {
    // Below: the library's message could quote the file.
  }
  throw wrongUsage(`--key: ${file} ist kein Ed25519-Schlüssel`, `--key: ${file} is no Ed25519 key`)
}
