import { generateKeyPairSync, webcrypto } from 'node:crypto'
import 'reflect-metadata'
import * as x509 from '@peculiar/x509'

/** A certificate authority of a sandbox. Its key lives in memory alone. */
export interface Authority {
  /** PEM. */
  readonly certificate: string
  readonly keys: webcrypto.CryptoKeyPair
  readonly subject: string
}

export interface CertificateOptions {
  readonly authority: Authority
  /** DNS names and IP addresses; the first is the common name. */
  readonly names: readonly string[]
  readonly notBefore: Date
  readonly notAfter: Date
  readonly key?: 'ec-p256' | 'ec-brainpool-p256' | 'rsa-1024' | 'rsa-3072'
}

const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const DAY = 86_400_000

x509.cryptoProvider.set(webcrypto as never)

/** Makes an authority that is valid from a day before `now` for ten years. */
export async function makeAuthority(now: Date, name = 'Bergfried sandbox authority'): Promise<Authority> {
  const keys = (await webcrypto.subtle.generateKey(EC, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair
  const subject = `CN=${name}`
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: subject,
    notBefore: new Date(now.getTime() - DAY),
    notAfter: new Date(now.getTime() + 3650 * DAY),
    signingAlgorithm: EC,
    keys: keys as never,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  })
  return { certificate: certificate.toString('pem'), keys, subject }
}

/** Makes a server certificate and its private key, both PEM. */
export async function makeCertificate(options: CertificateOptions): Promise<{ certificate: string; key: string }> {
  const { authority, names } = options
  const { publicKey, pem } = keyPair(options.key ?? 'ec-p256')
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: Buffer.from(webcrypto.getRandomValues(new Uint8Array(8)))
      .toString('hex')
      .replace(/^[89a-f]/, '7'),
    subject: `CN=${names[0] ?? 'sandbox'}`,
    issuer: authority.subject,
    notBefore: options.notBefore,
    notAfter: options.notAfter,
    signingAlgorithm: EC,
    publicKey,
    signingKey: authority.keys.privateKey as never,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: /^[0-9.]+$|:/.test(value) ? 'ip' : 'dns', value }) as const),
      ),
    ],
  })
  return { certificate: certificate.toString('pem'), key: pem }
}

/** Made by OpenSSL: WebCrypto knows neither RSA of 1024 bits nor the brainpool curves. */
function keyPair(kind: NonNullable<CertificateOptions['key']>): { publicKey: x509.PublicKey; pem: string } {
  const { publicKey, privateKey } = kind.startsWith('ec-')
    ? generateKeyPairSync('ec', { namedCurve: kind === 'ec-p256' ? 'P-256' : 'brainpoolP256r1' })
    : generateKeyPairSync('rsa', { modulusLength: kind === 'rsa-1024' ? 1024 : 3072 })
  return {
    publicKey: new x509.PublicKey(publicKey.export({ type: 'spki', format: 'der' })),
    pem: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  }
}
