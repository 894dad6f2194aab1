import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import type { Fact } from '../../facts/kinds.ts'
import type { Handshake } from './handshake.ts'

type CertificateFacts = Pick<
  Fact<'tls_endpoint'>,
  'trusted' | 'trustError' | 'subject' | 'names' | 'issuer' | 'notAfter' | 'keyType' | 'keyBits'
>

/**
 * What the leaf certificate says, and whether it holds for the name (RFC 9525: subject alternative names alone).
 */
export function certificateFacts(handshake: Handshake, name: string): CertificateFacts {
  const leaf = new X509Certificate(handshake.certificate)
  const fits = (isIP(name) === 0 ? leaf.checkHost(name, { subject: 'never' }) : leaf.checkIP(name)) !== undefined
  const { asymmetricKeyType, asymmetricKeyDetails } = leaf.publicKey
  return {
    trusted: handshake.chainError === null && fits,
    trustError: handshake.chainError ?? (fits ? null : 'ERR_TLS_CERT_ALTNAME_INVALID'),
    subject: commonName(leaf.subject),
    names: (leaf.subjectAltName ?? '')
      .split(', ')
      .map((n) => n.replace(/^(DNS|IP Address):/, ''))
      .filter((n) => n !== ''),
    issuer: commonName(leaf.issuer),
    notAfter: new Date(leaf.validTo).toISOString(),
    keyType: asymmetricKeyType ?? 'unknown',
    keyBits:
      asymmetricKeyDetails?.modulusLength ?? curveBits(asymmetricKeyDetails?.namedCurve ?? asymmetricKeyType ?? ''),
  }
}

const commonName = (text: string): string => /(?:^|\n)CN=([^\n]*)/.exec(text)?.[1] ?? text.replaceAll('\n', ', ')

/** OpenSSL's names of curves hold their size: prime256v1, secp384r1, brainpoolP512r1 (RFC 5639). 0: not known. */
const curveBits = (curve: string): number =>
  curve === 'ed25519' ? 256 : Number(/(?:^|\D)(\d{3})(?:\D|$)/.exec(curve)?.[1] ?? 0)
