import { type Certificate, decodeCertificate } from './certificate.ts'
import { bytesToSign, type CertificateLimits, type CertificateRequest } from './certificate-request.ts'
import type { RawSignature } from './signature.ts'
import { type Signer, type SyncSigner, wrapSignature } from './signer.ts'
import { verifySignature } from './verify-signature.ts'
import { WireWriter } from './wire-writer.ts'

/**
 * Issues a certificate. Nothing leaves unless the signature holds under the authority's key: a token that signs with
 * another key, or wrongly, is noticed here and not by a host. A signer in this process is believed.
 *
 * @throws {SshError} `refused`, `malformed`, `too_large`: the request; `unverified`, `malformed`: what the signer gave; and
 *   whatever the signer throws
 */
export async function signCertificate(
  request: CertificateRequest,
  authority: Signer,
  limits: CertificateLimits,
): Promise<Certificate> {
  const message = bytesToSign(request, authority.key, limits)
  return assemble(message, authority, await authority.sign(message))
}

/** As {@link signCertificate}, with a signer that answers at once. */
export function signCertificateSync(
  request: CertificateRequest,
  authority: SyncSigner,
  limits: CertificateLimits,
): Certificate {
  const message = bytesToSign(request, authority.key, limits)
  return assemble(message, authority, authority.sign(message))
}

function assemble(message: Uint8Array, { key, inProcess }: Signer, raw: RawSignature): Certificate {
  const signature = wrapSignature(key, raw)
  if (inProcess !== true) verifySignature(key, signature, message)
  const blob = new WireWriter(message.length + signature.length + 4).raw(message).string(signature).bytes()
  return decodeCertificate(blob)
}
