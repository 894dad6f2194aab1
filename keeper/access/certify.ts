import { formatCertificate } from '../../engines/sshcert/certificate.ts'
import type { Extension } from '../../engines/sshcert/certificate-options.ts'
import { SshError } from '../../engines/sshcert/errors.ts'
import { fingerprint } from '../../engines/sshcert/fingerprint.ts'
import { freshNonce } from '../../engines/sshcert/key-object-signer.ts'
import { ed25519Key, type PublicKey, parsePublicKey } from '../../engines/sshcert/public-key.ts'
import { signCertificateSync } from '../../engines/sshcert/sign-certificate.ts'
import type { SyncSigner } from '../../engines/sshcert/signer.ts'
import { malformed, refused } from '../errors.ts'
import type { SigningKey } from '../keys/key.ts'
import type { AccessDesk } from './access-desk.ts'
import type { KeptGrant } from './access-state.ts'
import { BACKDATE_SECONDS, MOST_CERTIFICATE_SECONDS } from './rules.ts'

/** What certificates of a grant are called, in sshd's log, too. */
export const keyIdOf = (grant: string): string => `grant:${grant}`
/** What a certificate and a host's list have to have in common: of the entitlement, never the name of an account. */
export const principalOf = ({ entitlement }: KeptGrant): string => `bf:${entitlement}`

/** One for each key: what it verifies with is made once. */
const SIGNERS = new WeakMap<SigningKey, SyncSigner>()

export function signerOf(key: SigningKey): SyncSigner {
  const known = SIGNERS.get(key)
  if (known !== undefined) return known
  const signer: SyncSigner = {
    key: ed25519Key(key.publicKey),
    inProcess: key.inProcess,
    sign: (message) => ({ algorithm: 'ssh-ed25519', bytes: key.sign(message), authenticator: null }),
  }
  SIGNERS.set(key, signer)
  return signer
}

/**
 * A certificate for the key that the grant names, for a quarter of an hour or until the grant ends.
 *
 * @param line - a line of `id.pub`
 * @throws {KeeperError} `refused` the grant is over, or for another key, or for no SSH; `malformed`
 */
export async function certify(desk: AccessDesk, id: string, line: string) {
  const grant = desk.liveGrant(id)
  const subject = keyOf(line)
  if (grant.kind !== 'host' || grant.key === null) {
    throw refused('this grant is not for SSH', 'diese Freigabe ist nicht für SSH', { kind: 'other' })
  }
  if (fingerprint(subject) !== grant.key) {
    throw refused('this grant is for another key', 'diese Freigabe ist für einen anderen Schlüssel', { kind: 'key' })
  }
  const at = desk.now()
  const serial = await desk.serial()
  const before = Math.min(at + MOST_CERTIFICATE_SECONDS - BACKDATE_SECONDS, grant.until)
  try {
    const certificate = signCertificateSync(
      {
        kind: 'user',
        subject,
        serial,
        keyId: keyIdOf(id),
        principals: [principalOf(grant)],
        validAfter: BigInt(at - BACKDATE_SECONDS),
        validBefore: BigInt(before),
        ...(grant.source.length === 0 ? {} : { criticalOptions: { sourceAddresses: grant.source } }),
        // The rules let through nothing else.
        extensions: grant.extensions as Extension[],
        nonce: freshNonce(),
      },
      signerOf(desk.authority),
      { longestSeconds: BigInt(MOST_CERTIFICATE_SECONDS) },
    )
    return { certificate: formatCertificate(certificate, keyIdOf(id)), serial: Number(serial), validBefore: before }
  } catch (error) {
    if (!(error instanceof SshError)) throw error
    throw refused(`no certificate for this: ${error.message}`, `kein Zertifikat dafür: ${error.message}`, {
      kind: 'ssh',
    })
  }
}

function keyOf(line: string): PublicKey {
  try {
    return parsePublicKey(line).key
  } catch {
    throw malformed('a line that is no public SSH key', 'eine Zeile, die kein öffentlicher SSH-Schlüssel ist')
  }
}
