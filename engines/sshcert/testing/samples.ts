import { openAllowList, signAllowList } from '../allow-list.ts'
import { parseAllowedSigner } from '../allowed-signers.ts'
import { parseAuthorizedKey } from '../authorized-keys.ts'
import { decodeCertificate } from '../certificate.ts'
import { readExtensions, readRestrictions } from '../certificate-options.ts'
import { SshError } from '../errors.ts'
import { fingerprint, sha1, sha256 } from '../fingerprint.ts'
import { decodePublicKey, formatPublicKey } from '../public-key.ts'
import { readRevocationList } from '../read-krl.ts'
import { signCertificate } from '../sign-certificate.ts'
import { encodeSignature } from '../signature.ts'
import { decodeMessageSignature, parseMessageSignature, signMessage } from '../sshsig.ts'
import { verifySignature } from '../verify-signature.ts'
import { writeRevocationList } from '../write-krl.ts'
import { LIMITS, NOW, request } from './certificates.ts'
import { authenticator, PUBLIC_KEYS, publicOf, signerOf } from './keys.ts'

/** Something that a stranger may send, and what reads it. */
export interface Sample {
  readonly name: string
  readonly bytes: Uint8Array
  readonly read: (bytes: Uint8Array) => unknown
}

const CA = signerOf(1)
const MESSAGE = Uint8Array.of(1, 2, 3)
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8')
const bytesOf = (line: string): Uint8Array => new Uint8Array(Buffer.from(line))

/** One of everything, as small as it may be with every part in it. */
export async function samples(): Promise<readonly Sample[]> {
  const options = { forceCommand: 'c', sourceAddresses: ['10.0.0.0/8', '::1'], verifyRequired: true }
  const wanted = request({ criticalOptions: options, extensions: ['permit-pty', 'permit-user-rc'] })
  const certificate = await signCertificate(wanted, CA, LIMITS)
  const sk = authenticator('sk-ecdsa-sha2-nistp256@openssh.com', 5)
  const onKey = await signCertificate(request({ subject: sk.key, kind: 'host' }), sk, LIMITS)
  const krl = writeRevocationList(
    {
      version: 3n,
      generated: NOW,
      comment: 'c',
      certificates: [
        { authority: CA.key, serials: [1n, 2n, 9n], serialRanges: [{ from: 20n, to: 40n }], keyIds: ['a', 'bc'] },
        { authority: null, keyIds: ['d'] },
      ],
      keys: [publicOf(4), sk.key],
      sha1: [sha1(CA.key.blob)],
      sha256: [sha256(CA.key.blob)],
    },
    null,
  )
  const armoured = await signMessage(MESSAGE, 'file', sk)
  const blob = Buffer.from(armoured.split('\n').slice(1, -2).join(''), 'base64')
  const entries = [{ account: 'a', keyId: 'k', until: NOW, principals: ['p', 'q'] }]
  const head = { host: 'h', authority: fingerprint(CA.key), version: 1n, issued: NOW, maxAge: 5n }
  const readCertificate = (bytes: Uint8Array): unknown => {
    const read = decodeCertificate(bytes)
    return [readRestrictions(read.criticalOptions), readExtensions(read.extensions), verified(read)]
  }
  return [
    ...PUBLIC_KEYS.map((key) => ({ name: key.type, bytes: key.blob, read: decodePublicKey })),
    { name: 'user certificate', bytes: certificate.blob, read: readCertificate },
    { name: 'host certificate', bytes: onKey.blob, read: readCertificate },
    { name: 'KRL', bytes: krl, read: readRevocationList },
    { name: 'signature', bytes: new Uint8Array(blob), read: decodeMessageSignature },
    {
      name: 'signature in a signature',
      bytes: encodeSignature(await sk.sign(MESSAGE)),
      read: (bytes) => verifySignature(sk.key, bytes, MESSAGE),
    },
    { name: 'armoured signature', bytes: bytesOf(armoured), read: (bytes) => parseMessageSignature(text(bytes)) },
    {
      name: 'allow-list',
      bytes: bytesOf(await signAllowList({ ...head, entries }, CA)),
      read: (bytes) => openAllowList(text(bytes), [CA.key]),
    },
    {
      name: 'authorized_keys',
      bytes: bytesOf(`restrict,command="a \\"b\\"",expiry-time="20260101" ${formatPublicKey(CA.key, 'c')}`),
      read: (bytes) => parseAuthorizedKey(text(bytes)),
    },
    {
      name: 'allowed signers',
      bytes: bytesOf(`a,b* namespaces="file,x",valid-after="20260101Z" ${formatPublicKey(CA.key, 'c')}`),
      read: (bytes) => parseAllowedSigner(text(bytes)),
    },
  ]
}

function verified({ authority, signature, signed }: ReturnType<typeof decodeCertificate>): true {
  verifySignature(authority, signature, signed)
  return true
}

/** Whether it was read; anything thrown but our own error is a defect, and goes on. */
export function isRead({ read }: Sample, bytes: Uint8Array): boolean {
  try {
    read(bytes)
    return true
  } catch (error) {
    if (error instanceof SshError) return false
    throw error
  }
}

/** Bytes near to valid ones: some cut out, some put in, some changed, some said twice, a length made huge. */
export function near(valid: Uint8Array, random: () => number): Uint8Array {
  let bytes = Buffer.from(valid)
  const below = (limit: number): number => Math.floor(random() * limit)
  for (let change = 1 + below(4); change > 0; change--) {
    const at = below(bytes.length + 1)
    const end = Math.min(bytes.length, at + below(40))
    const more = Buffer.from(Array.from({ length: below(12) }, () => below(256)))
    const kind = below(5)
    if (kind === 0) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)])
    else if (kind === 1) bytes = Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)])
    else if (kind === 2) bytes = Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at + more.length)])
    else if (kind === 3) bytes = Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)])
    else if (bytes.length >= 4)
      bytes.writeUInt32BE(below(2) === 0 ? 0xffff_ffff : below(70_000), below(bytes.length - 3))
  }
  return new Uint8Array(bytes)
}
