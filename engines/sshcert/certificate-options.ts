import { type Network, parseNetworks } from './address.ts'
import { sameBytes } from './bytes.ts'
import { malformed, refused, tooLarge } from './errors.ts'
import { WireReader } from './wire-reader.ts'
import { WireWriter } from './wire-writer.ts'

/** An entry of critical options or extensions, as the certificate holds it. `data` is empty for a flag. */
export interface CertificateEntry {
  readonly name: string
  readonly data: Uint8Array
}

/** What restricts a user's certificate. An option of another name would be refused by every sshd, so none can be asked for. */
export interface CriticalOptions {
  /** Runs instead of whatever the user asks for. */
  readonly forceCommand?: string
  /** Networks and addresses from which it is accepted. */
  readonly sourceAddresses?: readonly string[]
  /** The security key must have recognised its user (PIN, finger) at each login. */
  readonly verifyRequired?: boolean
}

/** What a user's certificate permits beyond running a command. */
export type Extension =
  | 'no-touch-required'
  | 'permit-X11-forwarding'
  | 'permit-agent-forwarding'
  | 'permit-port-forwarding'
  | 'permit-pty'
  | 'permit-user-rc'

/** Critical options as sshd understands them. */
export interface Restrictions {
  readonly forceCommand: string | null
  readonly sourceAddresses: readonly Network[] | null
  readonly verifyRequired: boolean
}

export const MOST_OPTION_BYTES = 65_536
const MOST_ENTRIES = 256
const KNOWN_EXTENSIONS: ReadonlySet<string> = new Set<Extension>([
  'no-touch-required',
  'permit-X11-forwarding',
  'permit-agent-forwarding',
  'permit-port-forwarding',
  'permit-pty',
  'permit-user-rc',
])

/**
 * Entries of the options that are asked for, in their order.
 *
 * @throws {SshError} `malformed`: networks that are none, an empty command; `refused`: no network at all
 */
export function criticalEntries(options: CriticalOptions): readonly CertificateEntry[] {
  const { forceCommand, sourceAddresses, verifyRequired } = options
  const entries: CertificateEntry[] = []
  if (forceCommand !== undefined) {
    if (forceCommand === '' || forceCommand.includes('\0')) throw malformed('force-command: empty, or with a NUL')
    entries.push({ name: 'force-command', data: packed(forceCommand) })
  }
  if (sourceAddresses !== undefined) {
    if (sourceAddresses.length === 0) throw refused('source-address: no network')
    const list = sourceAddresses.join(',')
    parseNetworks(list)
    entries.push({ name: 'source-address', data: packed(list) })
  }
  if (verifyRequired === true) entries.push({ name: 'verify-required', data: new Uint8Array(0) })
  return entries
}

/** @throws {SshError} `refused`: a name that OpenSSH does not know, or one twice */
export function extensionEntries(extensions: readonly Extension[]): readonly CertificateEntry[] {
  if (new Set(extensions).size !== extensions.length) throw refused('extensions: one twice')
  for (const name of extensions) {
    if (!KNOWN_EXTENSIONS.has(name)) throw refused('extensions: a name that OpenSSH does not know')
  }
  return [...extensions].sort(byCode).map((name) => ({ name, data: new Uint8Array(0) }))
}

/** Entries as a certificate holds them: a text after which the order follows, each name once. */
export function writeEntries(into: WireWriter, entries: readonly CertificateEntry[]): void {
  into.nested((inner) => {
    for (const { name, data } of entries) inner.string(name).string(data)
  })
}

/**
 * Reads entries. Their names must rise, as PROTOCOL.certkeys demands.
 *
 * @throws {SshError} `malformed`; `too_large`: more than 256
 */
export function readEntries(reader: WireReader): readonly CertificateEntry[] {
  const entries: CertificateEntry[] = []
  let before: Uint8Array | null = null
  while (reader.left > 0) {
    const name = reader.string(1024)
    if (before !== null && Buffer.compare(before, name) >= 0) throw malformed('options: names that do not rise')
    if (entries.length === MOST_ENTRIES) throw tooLarge('options: more than 256')
    const text = Buffer.from(name).toString('latin1')
    if (!/^[!-~]+$/.test(text)) throw malformed('options: a name that is not printable ASCII')
    entries.push({ name: text, data: reader.string(MOST_OPTION_BYTES) })
    before = name
  }
  return entries
}

/**
 * What critical options of a user's certificate mean.
 *
 * @throws {SshError} `refused`: a name that sshd does not know, so that it would refuse the certificate; `malformed`
 */
export function readRestrictions(entries: readonly CertificateEntry[]): Restrictions {
  let forceCommand: string | null = null
  let sourceAddresses: readonly Network[] | null = null
  let verifyRequired = false
  for (const { name, data } of entries) {
    if (name === 'force-command') forceCommand = unpacked(name, data)
    else if (name === 'source-address') sourceAddresses = parseNetworks(unpacked(name, data))
    else if (name === 'verify-required') verifyRequired = flag(name, data)
    else throw refused(`critical options: ${name} is not known`)
  }
  return { forceCommand, sourceAddresses, verifyRequired }
}

/** Names of the extensions that OpenSSH knows and that are what they should be. Others permit nothing. */
export function readExtensions(entries: readonly CertificateEntry[]): ReadonlySet<Extension> {
  const isKnown = (name: string): name is Extension => KNOWN_EXTENSIONS.has(name)
  const names = new Set<Extension>()
  for (const { name, data } of entries) {
    if (!isKnown(name)) continue
    flag(name, data)
    names.add(name)
  }
  return names
}

const packed = (text: string): Uint8Array => new WireWriter(text.length + 4).string(text).bytes()

function unpacked(name: string, data: Uint8Array): string {
  const reader = new WireReader(data, name)
  const text = reader.text(MOST_OPTION_BYTES)
  reader.end()
  return text
}

function flag(name: string, data: Uint8Array): true {
  if (!sameBytes(data, new Uint8Array(0))) throw malformed(`${name}: contents where there are none`)
  return true
}

const byCode = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
