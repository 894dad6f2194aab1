import { createHash, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { utf8 } from '../../../engines/sshcert/bytes.ts'
import { fingerprint } from '../../../engines/sshcert/fingerprint.ts'
import { keyObjectSigner } from '../../../engines/sshcert/key-object-signer.ts'
import { formatPublicKey } from '../../../engines/sshcert/public-key.ts'
import { signMessage } from '../../../engines/sshcert/sshsig.ts'
import { fileKeys } from '../../keys/file-keys.ts'
import { AccessDesk } from '../access-desk.ts'
import { APPROVAL_NAMESPACE, type Approval } from '../approval.ts'
import type { Approver } from '../approver.ts'

/** Somebody with an SSH key. */
export function sshPerson(person: string) {
  const signer = keyObjectSigner(generateKeyPairSync('ed25519').privateKey)
  const line = formatPublicKey(signer.key, person)
  const approver: Approver = { person, kind: 'ssh', key: line, rpId: null, origin: null }
  const approve = async (text: string, namespace = APPROVAL_NAMESPACE): Promise<Approval> => ({
    person,
    ssh: await signMessage(utf8(text), namespace, signer),
    passkey: null,
  })
  return { person, approver, approve, line, fingerprint: fingerprint(signer.key) }
}

interface Ceremony {
  readonly origin?: string
  readonly rpId?: string
  readonly type?: string
  readonly flags?: number
}

/** Somebody with a passkey of software, signing as browsers do. */
export function passkeyPerson(person: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = JSON.stringify(publicKey.export({ format: 'jwk' }))
  const approver: Approver = { person, kind: 'passkey', key, rpId: 'example.org', origin: 'https://example.org' }
  const approve = async (text: string, ceremony: Ceremony = {}): Promise<Approval> => ({
    person,
    ssh: null,
    passkey: assertion(privateKey, text, ceremony),
  })
  return { person, approver, approve }
}

function assertion(
  key: KeyObject,
  text: string,
  { origin = 'https://example.org', rpId = 'example.org', type = 'webauthn.get', flags = 5 }: Ceremony,
) {
  const challenge = createHash('sha256').update(text).digest('base64url')
  const clientData = Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false, other: 1 }))
  const data = Buffer.concat([createHash('sha256').update(rpId).digest(), Buffer.of(flags, 0, 0, 0, 9)])
  const message = Buffer.concat([data, createHash('sha256').update(clientData).digest()])
  return {
    clientData: clientData.toString('base64url'),
    authenticatorData: data.toString('base64url'),
    signature: sign('sha256', message, key).toString('base64url'),
  }
}

export const AT = 1_795_000_000

/** A request's text, with some lines in other words. */
export function requestText(lines: Readonly<Record<string, string | number>> = {}): string {
  const values = {
    id: randomUUID(),
    requester: 'anna',
    receiver: 'anna',
    system: 'web-1',
    kind: 'host',
    entitlement: 'web-shell',
    level: 'shell',
    account: 'anna',
    approvals: 1,
    seconds: 3600,
    expires: AT + 86_400,
    key: '-',
    source: '-',
    extensions: 'permit-pty',
    need: '"Ticket 4711"',
    ...lines,
  }
  return `bergfried-request 1\n${Object.entries(values)
    .map(([name, value]) => `${name} ${value}\n`)
    .join('')}`
}

/** A desk in a folder of its own, with a clock that a test sets, or another. */
export async function testDesk(seconds?: () => number) {
  const folder = await mkdtemp(join(tmpdir(), 'bergfried-access-'))
  const clock = { at: AT }
  const open = () => AccessDesk.open(folder, fileKeys(folder), seconds ?? (() => clock.at))
  return { folder, clock, open, desk: await open(), close: () => rm(folder, { recursive: true, force: true }) }
}
