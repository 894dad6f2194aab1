import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../kernel/config/config.ts'
import type { Environment } from '../kernel/config/environment.ts'
import { readSecret } from '../kernel/config/secrets.ts'
import type { OidcProvider, SignIn } from '../kernel/http/sign-in.ts'

const KEY_BYTES = 32

export interface ServerSignIn extends SignIn {
  /** Tells the port that was taken, where the configuration left it open. */
  listensOn(port: number): void
}

/**
 * What sign-in needs: the public address, providers with their secrets, and the key that seals what the database must not
 * hold in clear.
 *
 * @param folder - the data folder
 * @throws {BergfriedError} `config.secret_missing`, `config.invalid`
 */
export async function signInOf(config: Config, env: Environment, folder: string): Promise<ServerSignIn> {
  const providers: OidcProvider[] = []
  for (const { clientSecret, ...provider } of config.face.providers)
    providers.push({ ...provider, clientSecret: await readSecret(clientSecret, provider.id, env) })
  let { port } = config.listen
  return {
    // A name, not 127.0.0.1: browsers bind passkeys to names alone (WebAuthn Level 3, section 5.1.2).
    get url() {
      return config.face.url ?? `http://localhost:${port}`
    },
    listensOn: (taken) => {
      port = taken
    },
    providers,
    key: await sealingKey(join(folder, 'sign-in')),
    language: config.language,
  }
}

/** Made once, readable by us alone, never replaced: without it one-time codes would have to be set up anew. */
async function sealingKey(folder: string): Promise<Buffer> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, 'sealing.key')
  try {
    const made = await open(path, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600)
    try {
      await made.writeFile(randomBytes(KEY_BYTES))
      await made.sync()
    } finally {
      await made.close()
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
  try {
    const key = Buffer.alloc(KEY_BYTES)
    const { bytesRead } = await file.read(key, 0, KEY_BYTES, 0)
    if (bytesRead !== KEY_BYTES) throw new Error(`${path} is not a whole key`)
    return key
  } finally {
    await file.close()
  }
}
