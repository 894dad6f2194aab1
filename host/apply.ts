import { stat } from 'node:fs/promises'
import { type AllowList, openAllowList } from '../engines/sshcert/allow-list.ts'
import { fingerprint } from '../engines/sshcert/fingerprint.ts'
import { checkFresh } from '../engines/sshcert/principals-answer.ts'
import { readRevocationList } from '../engines/sshcert/read-krl.ts'
import { problem } from './errors.ts'
import { formatKnownVersion, type KnownVersion, readKnownVersion } from './known-version.ts'
import type { Layout } from './layout.ts'
import { type Orders, parseOrders } from './orders.ts'
import { findAccount } from './passwd.ts'
import { MOST_LIST_BYTES } from './principals.ts'
import { putInPlace, replaceFile, writeBeside } from './replace-file.ts'
import { openRevoked, type Revoked, readByOpenSsh } from './revoked.ts'
import type { Settings } from './settings.ts'
import { readTrusted } from './trusted-file.ts'

/** Orders whose every signature, name, time and version holds. */
export interface Accepted {
  readonly orders: Orders
  readonly list: AllowList
  readonly revoked: Revoked
  /** As this host must remember them once these are in place. */
  readonly known: KnownVersion
}

/** Steps of putting orders in place, in their order. Between any two of them this program may be killed. */
export type Step = 'checked' | 'kept' | 'revoked' | 'list' | 'known'

const MOST_KRL_BYTES = 67_108_864

/**
 * Holds orders against what this host knows. A list or a KRL that goes back is refused, and so is one with the version of what
 * is in place and other contents.
 *
 * @param at Unix time in seconds; null for orders that were accepted before, which may have become old since
 * @throws {HostError} `refused`: for another host or authority; `rollback`; `malformed`
 * @throws {SshError} `unverified`, `malformed`, `stale`, `rollback`, …
 */
export function accept(layout: Layout, settings: Settings, orders: Orders, at: bigint | null): Accepted {
  const known = knownOf(layout, settings)
  const list = openAllowList(orders.allowList, [settings.orders])
  if (orders.host !== settings.host || list.host !== settings.host) {
    throw problem('refused', 'orders', 'for another host', 'für einen anderen Rechner')
  }
  if (list.authority !== fingerprint(settings.authority)) {
    throw problem('refused', 'orders', 'for another authority', 'für eine andere Zertifizierungsstelle')
  }
  const state = { host: settings.host, knownVersion: known.list, graceSeconds: settings.graceSeconds }
  checkFresh(list, { ...state, at: at ?? list.issued })
  const revoked = openRevoked(orders.krl, orders.krlSignature, settings.orders)
  if (revoked.version < known.krl) {
    throw problem(
      'rollback',
      'KRL',
      `version ${revoked.version}, and ${known.krl} was seen`,
      `Version ${revoked.version}, und ${known.krl} wurde schon gesehen`,
    )
  }
  const otherList = isOther(layout.allowList, orders.allowList, list.version, settings)
  if (otherList || isOtherKrl(layout.revoked, revoked)) {
    const what = otherList ? 'allow-list' : 'KRL'
    throw problem('rollback', what, 'two of one version', 'zwei von einer Version')
  }
  return { orders, list, revoked, known: { list: list.version, krl: revoked.version } }
}

/**
 * Puts orders in place, revocations first. After a kill between any two steps the host is as closed as before or more, and
 * doing it again ends the same.
 *
 * @param onStep told after each step is durable
 * @throws {HostError} `refused`: the machine's OpenSSH cannot read the KRL; `failed`
 */
export async function install(
  layout: Layout,
  { orders, revoked, known }: Accepted,
  onStep: (step: Step) => void = () => undefined,
): Promise<void> {
  const gid = findAccount(layout.commandAccount)?.gid
  if (gid === undefined) throw problem('failed', layout.commandAccount, 'no such account', 'kein solches Konto')
  const readable = { mode: 0o640, gid }
  const fresh = await writeBeside(layout.revoked, revoked.bytes, readable)
  if ((await stat(fresh)).size !== revoked.bytes.length || revoked.bytes.length === 0) {
    throw problem('failed', fresh, 'not written whole', 'nicht ganz geschrieben')
  }
  await readByOpenSsh(fresh)
  onStep('checked')
  await replaceFile(layout.orders, JSON.stringify(orders), { mode: 0o600 })
  onStep('kept')
  await putInPlace(fresh, layout.revoked)
  onStep('revoked')
  await replaceFile(layout.allowList, orders.allowList, readable)
  onStep('list')
  // Last: a list that is newer than what is known counts, and one that is older lets nobody in.
  await replaceFile(layout.knownVersion, formatKnownVersion(known), readable)
  onStep('known')
}

/**
 * The orders that were accepted last, for a start without the server; null where there are none or they do not hold, which then
 * come from the server.
 */
export function readKept(layout: Layout, settings: Settings): Accepted | null {
  try {
    const text = readTrusted(layout.orders, MOST_LIST_BYTES * 4).toString('utf8')
    return accept(layout, settings, parseOrders(text), null)
  } catch {
    return null
  }
}

/** Whether what is in place is what these orders say, byte for byte. Anybody with root may have changed it. */
export function isInPlace(layout: Layout, { orders, revoked, known }: Accepted): boolean {
  try {
    return (
      readTrusted(layout.revoked, MOST_KRL_BYTES).equals(revoked.bytes) &&
      readTrusted(layout.allowList, MOST_LIST_BYTES).toString('utf8') === orders.allowList &&
      readTrusted(layout.knownVersion, 100).toString('latin1') === formatKnownVersion(known)
    )
  } catch {
    return false
  }
}

/**
 * What this host has seen: what it wrote down, and what lies in place, which is newer where it was killed in between. Without
 * the one the other counts, so that losing a file does not open the way back.
 */
function knownOf(layout: Layout, settings: Settings): KnownVersion {
  const known = attempt(() => readKnownVersion(layout.knownVersion)) ?? { list: 0n, krl: 0n }
  const list = attempt(() => openAllowList(readText(layout.allowList), [settings.orders]).version) ?? 0n
  const krl = attempt(() => readRevocationList(readTrusted(layout.revoked, MOST_KRL_BYTES)).version) ?? 0n
  return { list: list > known.list ? list : known.list, krl: krl > known.krl ? krl : known.krl }
}

/** Whether a sound list of the same version and of other contents is in place. */
const isOther = (path: string, text: string, version: bigint, settings: Settings): boolean =>
  attempt(() => {
    const found = readText(path)
    return found !== text && openAllowList(found, [settings.orders]).version === version
  }) === true

const isOtherKrl = (path: string, { bytes, version }: Revoked): boolean =>
  attempt(() => {
    const found = readTrusted(path, MOST_KRL_BYTES)
    return !found.equals(bytes) && readRevocationList(found).version === version
  }) === true

const readText = (path: string): string => readTrusted(path, MOST_LIST_BYTES).toString('utf8')

/** Null where something is missing or damaged. */
function attempt<T>(read: () => T): T | null {
  try {
    return read()
  } catch {
    return null
  }
}
