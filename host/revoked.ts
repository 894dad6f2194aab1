import { hash } from 'node:crypto'
import { fromBase64, utf8 } from '../engines/sshcert/bytes.ts'
import type { PublicKey } from '../engines/sshcert/public-key.ts'
import { readRevocationList } from '../engines/sshcert/read-krl.ts'
import { encodeSignature } from '../engines/sshcert/signature.ts'
import { verifySignature } from '../engines/sshcert/verify-signature.ts'
import { problem } from './errors.ts'
import { runProgram } from './run-program.ts'

/** What is signed of a revocation list, since sshd checks neither a signature inside nor its version. */
export const revokedText = (krl: Uint8Array, version: bigint): string =>
  `bergfried-krl 1\n${hash('sha256', krl, 'hex')}\n${version}\n`

export interface Revoked {
  readonly bytes: Uint8Array
  readonly version: bigint
}

/**
 * Opens a revocation list: its form to the last byte, then its signature.
 *
 * @param krl base64
 * @param signature base64 of 64 bytes, Ed25519
 * @throws {HostError} `malformed`
 * @throws {SshError} `malformed`, `too_large`, `unsupported`: what sshd could not read; `unverified`
 */
export function openRevoked(krl: string, signature: string, key: PublicKey): Revoked {
  const [bytes, raw] = [fromBase64(krl), fromBase64(signature)]
  if (bytes === null || raw === null || raw.length !== 64) {
    throw problem('malformed', 'KRL', 'not base64, or without a signature', 'kein Base64 oder ohne Signatur')
  }
  const { version } = readRevocationList(bytes)
  const wrapped = encodeSignature({ algorithm: 'ssh-ed25519', bytes: raw, authenticator: null })
  verifySignature(key, wrapped, utf8(revokedText(bytes, version)))
  return { bytes, version }
}

/**
 * Has the machine's own OpenSSH read a list, because sshd refuses everybody where it cannot.
 *
 * @returns what it prints of the list
 * @throws {HostError} `refused`: it does not read it
 */
export async function readByOpenSsh(path: string): Promise<string> {
  const { status, stdout } = await runProgram('ssh-keygen', ['-Q', '-l', '-f', path])
  if (status !== 0 || !stdout.startsWith('# KRL version ')) {
    throw problem(
      'refused',
      path,
      'the OpenSSH of this host cannot read it',
      'das OpenSSH dieses Rechners liest es nicht',
    )
  }
  return stdout
}
