import { fromUtf8 } from '../engines/tlog/bytes.ts'
import { parseVerifierKey } from '../engines/tlog/note.ts'
import { logAt, readUrl } from './fetch-log.ts'
import type { Pinned } from './log-steps.ts'
import { CannotLook } from './refuse.ts'
import { both, type Remembered, type Result, type Text } from './result.ts'
import { MOST_CHARACTERS } from './trust-document.ts'
import { type BundleResult, verifyBundle } from './verify-bundle.ts'
import { verifyTrust } from './verify-trust.ts'

/** What of the outside a verification touches, besides the network. */
export interface Outside {
  readonly now: Date
  /** The text of a file. Throws {@link CannotLook}. */
  readFile(path: string): Promise<string>
  /** What is remembered of the log that was met at this place, for example `https://example.com`. */
  rememberedAt(place: string): Remembered | null
  /** What is remembered of the log with this key, or, its key having changed, with this name. */
  rememberedOf(verifierKey: string): Remembered | null
  remember(place: string, log: Remembered): Promise<void>
}

export interface Verified {
  readonly result: Result | BundleResult
  /** Where the log was met. */
  readonly place: string
}

/** A million entries: a program may read more than a browser. */
const MOST_BUNDLES = 4096

/** A wrong call: what was given can be no key, no number, no address. */
export class WrongCall extends Error {
  override readonly name = 'WrongCall'
  readonly text: Text

  constructor(text: Text) {
    super(text.en)
    this.text = text
  }
}

/** What the reader pins. @throws {WrongCall} */
export function pinnedOf(given: {
  readonly logKey: string | undefined
  readonly witnesses: readonly string[] | undefined
  readonly quorum: string | undefined
}): Pinned {
  const { logKey, witnesses, quorum } = given
  for (const key of [...(logKey === undefined ? [] : [logKey]), ...(witnesses ?? [])]) {
    try {
      parseVerifierKey(key)
    } catch {
      throw new WrongCall(
        both(`„${key}“ ist kein Schlüssel der Form NAME+ID+BASE64.`, `“${key}” is no key such as NAME+ID+BASE64.`),
      )
    }
  }
  if (quorum !== undefined && !/^\d{1,2}$/.test(quorum)) {
    throw new WrongCall(both('--quorum: eine Zahl von 0 bis 99.', '--quorum: a number from 0 to 99.'))
  }
  return {
    verifierKey: logKey ?? null,
    witnesses: witnesses ?? null,
    quorum: quorum === undefined ? null : Number(quorum),
  }
}

/**
 * Verifies a trust page by its address, or a file: a bundle, or a saved `trust.json`.
 *
 * @throws {CannotLook} where it cannot be read; {@link WrongCall}
 */
export async function verifyTarget(target: string, pinned: Pinned, outside: Outside): Promise<Verified> {
  return /^https?:\/\//i.test(target) ? verifyPage(target, pinned, outside) : verifyFile(target, pinned, outside)
}

/** `/trust.json` belongs to `/trust`, `/trust/de` and the bare host. */
export function trustAddress(target: string): URL {
  const url = URL.parse(target)
  if (url === null || url.username !== '' || url.password !== '') {
    throw new WrongCall(both(`„${target}“ ist keine Adresse.`, `“${target}” is no address.`))
  }
  url.hash = ''
  url.search = ''
  if (!url.pathname.endsWith('.json')) {
    url.pathname = `${url.pathname.replace(/\/+$/, '').replace(/\/trust(\/(de|en))?$/, '')}/trust.json`
  }
  return url
}

async function verifyPage(target: string, pinned: Pinned, outside: Outside): Promise<Verified> {
  const asked = trustAddress(target)
  const answer = await readUrl(asked, MOST_CHARACTERS)
  if (answer === null) throw new CannotLook(both(`${asked.href} gibt es nicht.`, `${asked.href} does not exist.`))
  const { bytes, url } = answer
  if (asked.protocol === 'https:' && url.protocol !== 'https:') {
    throw new CannotLook(
      both(
        `${asked.href} leitet auf eine unverschlüsselte Adresse.`,
        `${asked.href} redirects to an unencrypted address.`,
      ),
    )
  }
  const place = url.origin
  const result = await verifyTrust(fromUtf8(bytes), {
    now: outside.now,
    pinned,
    remembered: outside.rememberedAt(place),
    openLog: (path) => logAt(new URL(path, url)),
    mostBundles: MOST_BUNDLES,
  })
  if (result.remember !== null) await remember(outside, place, result.remember)
  return { result, place }
}

async function remember(outside: Outside, place: string, log: Remembered): Promise<void> {
  try {
    await outside.remember(place, log)
  } catch (error) {
    const { message } = error as Error
    throw new CannotLook(
      both(`Der Stand lässt sich nicht merken (${message}).`, `The checkpoint cannot be remembered (${message}).`),
    )
  }
}

async function verifyFile(path: string, pinned: Pinned, outside: Outside): Promise<Verified> {
  const text = await outside.readFile(path)
  if (!text.slice(0, 1000).includes('"bergfried-trust/1"')) {
    return { result: await verifyBundle(text, { pinned, remembered: outside.rememberedOf }), place: path }
  }
  const named = /"verifierKey":"([^"]+)"/.exec(text)?.[1]
  const remembered = named === undefined ? null : outside.rememberedOf(named)
  const options = { now: outside.now, pinned, remembered, openLog: null, mostBundles: 0 }
  return { result: await verifyTrust(text, options), place: path }
}
