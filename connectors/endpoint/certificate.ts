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
      asymmetricKeyDetails?.modulusLength ??
      CURVE_BITS[asymmetricKeyDetails?.namedCurve ?? asymmetricKeyType ?? ''] ??
      0,
  }
}

const commonName = (text: string): string => /(?:^|\n)CN=([^\n]*)/.exec(text)?.[1] ?? text.replaceAll('\n', ', ')

const CURVE_BITS: Readonly<Record<string, number>> = {
  prime256v1: 256,
  secp256k1: 256,
  secp384r1: 384,
  secp521r1: 521,
  ed25519: 256,
  ed448: 448,
}
