import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'

/** Something that encrypts and decrypts a value; both may be asynchronous. */
export interface Peer {
  readonly name: string
  encrypt(value: Buffer): unknown
  decrypt(sealed: unknown): unknown
}

interface Cloak {
  generateKey(): string
  parseKeySync(key: string): unknown
  encryptStringSync(text: string, key: unknown): string
  decryptStringSync(text: string, key: unknown): string
}
interface CipherSweetLibrary {
  readonly CipherSweet: new (provider: unknown, backend: unknown) => unknown
  readonly StringProvider: new (key: string) => unknown
  readonly FIPSCrypto: new () => unknown
  readonly ModernCrypto: new () => unknown
  readonly EncryptedField: new (
    engine: unknown,
    table: string,
    column: string,
  ) => { encryptValue(text: string): Promise<string>; decryptValue(text: string): Promise<string> }
}

/** Installs what others use, outside of the repository. @returns what could be installed, and what could not */
export function installPeers(folder: string): { readonly peers: readonly Peer[]; readonly missing: readonly string[] } {
  const args = [
    'install',
    '--prefix',
    folder,
    '--no-audit',
    '--no-fund',
    '--silent',
    '@47ng/cloak@1',
    'ciphersweet-js@2',
  ]
  spawnSync('npm', args, { stdio: 'ignore', timeout: 120_000 })
  const load = createRequire(join(folder, 'x.cjs'))
  const peers: Peer[] = []
  const missing: string[] = []
  const attempt = (name: string, make: () => readonly Peer[]): void => {
    try {
      peers.push(...make())
    } catch {
      missing.push(name)
    }
  }
  attempt('@47ng/cloak', () => [cloak(load('@47ng/cloak') as Cloak)])
  attempt('ciphersweet-js', () => sweet(load('ciphersweet-js') as CipherSweetLibrary))
  return { peers, missing }
}

function cloak(library: Cloak): Peer {
  const key = library.parseKeySync(library.generateKey())
  return {
    name: '@47ng/cloak',
    encrypt: (value) => library.encryptStringSync(value.toString('latin1'), key),
    decrypt: (sealed) => library.decryptStringSync(sealed as string, key),
  }
}

function sweet({ CipherSweet, StringProvider, EncryptedField, ...backends }: CipherSweetLibrary): readonly Peer[] {
  return (['FIPSCrypto', 'ModernCrypto'] as const).map((name) => {
    const engine = new CipherSweet(new StringProvider('4e'.repeat(32)), new backends[name]())
    const field = new EncryptedField(engine, 'table', 'column')
    return {
      name: `ciphersweet-js ${name}`,
      encrypt: (value) => field.encryptValue(value.toString('latin1')),
      decrypt: (sealed) => field.decryptValue(sealed as string),
    }
  })
}

/** Bytes per second of AES-256-GCM alone, by `openssl speed`. @returns null where it is not there */
export function opensslSpeed(bytes: number): number | null {
  const { stdout } = spawnSync(
    'openssl',
    ['speed', '-evp', 'aes-256-gcm', '-bytes', String(bytes), '-seconds', '1', '-mr'],
    {
      encoding: 'utf8',
      timeout: 30_000,
    },
  )
  const found = /\+F:\d+:[^:]+:([\d.]+)/.exec(stdout ?? '')?.[1]
  return found === undefined ? null : Number(found)
}
