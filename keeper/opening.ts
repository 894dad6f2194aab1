import { createHash } from 'node:crypto'
import { formatNote, isKeyName, parseNote } from '../engines/tlog/note.ts'
import { KeeperError, refused } from './errors.ts'
import type { Tree } from './growth.ts'
import type { Journal } from './journal.ts'
import type { KeyStore, SigningKey } from './keys/key.ts'
import { openOwn, readState, type State, type StateFile, stateWrittenAt, writeState } from './state.ts'

export interface Opened {
  readonly key: SigningKey
  readonly origin: string
  readonly state: State | null
  readonly last: Tree | null
  /** Why nothing may be signed until an operator has spoken; null: all is well. */
  readonly refusing: KeeperError | null
}

/** Name of a log that nobody named: from its key, in a domain that never resolves (RFC 2606). */
export const originOf = (publicKey: Uint8Array): string =>
  `log-${createHash('sha256').update(publicKey).digest('hex').slice(0, 16)}.bergfried.invalid`

/**
 * Finds key and state of the log, or makes them at the very first start. The state is begun before the key is made and
 * completed after, so a start that was cut off is told apart from a state that was lost.
 *
 * @param origin - configured name, or null
 * @throws {KeeperError} `refused` the key is gone or another one; `origin_changed`; `unsafe`, `failed`
 */
export async function openLog(
  folder: string,
  keys: KeyStore,
  journal: Journal,
  origin: string | null,
): Promise<Opened> {
  if (origin !== null && !isKeyName(origin)) {
    throw refused('this cannot be the name of a log', 'so kann ein Protokoll nicht heißen')
  }
  const file = await readState(folder)
  const found = await keys.find('checkpoint')
  if (found === null) return begin(folder, keys, journal, file, origin)
  if (file.is !== 'there') return closed(found, origin, noState(file.is))
  const { state, last } = file
  if (state.publicKey === null) return complete(folder, found, origin)
  if (state.publicKey !== hexOf(found.publicKey)) {
    throw refused('the key is not the one that signed before', 'der Schlüssel ist nicht der, der bisher unterschrieb')
  }
  if (origin !== null && origin !== state.origin) {
    throw new KeeperError('origin_changed', { found: state.origin, expected: origin })
  }
  return { key: found, origin: state.origin, state, last, refusing: behindJournal(last, journal) }
}

async function begin(folder: string, keys: KeyStore, journal: Journal, file: StateFile, origin: string | null) {
  const fresh = file.is === 'missing' || (file.is === 'there' && file.state.publicKey === null)
  if (!fresh || journal.newest !== null) {
    throw refused(
      'the key is gone; restore it, or begin a new log in a new folder',
      'der Schlüssel ist weg; wiederherstellen oder in einem neuen Ordner ein neues Protokoll beginnen',
    )
  }
  await writeState(folder, { v: '1', origin: origin ?? '', publicKey: null, note: null })
  return complete(folder, await keys.create('checkpoint'), origin)
}

async function complete(folder: string, key: SigningKey, origin: string | null): Promise<Opened> {
  const name = origin ?? originOf(key.publicKey)
  const state: State = { v: '1', origin: name, publicKey: hexOf(key.publicKey), note: null }
  await writeState(folder, state)
  return { key, origin: name, state, last: null, refusing: null }
}

const closed = (key: SigningKey, origin: string | null, refusing: KeeperError): Opened => ({
  key,
  origin: origin ?? originOf(key.publicKey),
  state: null,
  last: null,
  refusing,
})

const noState = (is: 'missing' | 'broken'): KeeperError =>
  is === 'missing'
    ? refused(
        'there is a key, but no record of what it signed last; give it the newest checkpoint with `bergfried keeper recover`',
        'es gibt einen Schlüssel, aber keine Aufzeichnung, was er zuletzt unterschrieb; mit `bergfried keeper recover` den neuesten Stand angeben',
        { kind: 'state' },
      )
    : refused(
        'the record of what the key signed last is damaged; give it the newest checkpoint with `bergfried keeper recover`',
        'die Aufzeichnung, was der Schlüssel zuletzt unterschrieb, ist beschädigt; mit `bergfried keeper recover` den neuesten Stand angeben',
        { kind: 'state' },
      )

/** A state that the journal is ahead of was put back from a copy. */
export function behindJournal(last: Tree | null, journal: Journal): KeeperError | null {
  const { newest } = journal
  if (newest === null) return null
  if (newest === 'broken') {
    return refused(
      'the journal is damaged; give the newest checkpoint with `bergfried keeper recover`',
      'das Journal ist beschädigt; mit `bergfried keeper recover` den neuesten Stand angeben',
      { kind: 'state' },
    )
  }
  if (last !== null && last.size > newest.size) return null
  if (last !== null && last.size === newest.size && hexOf(last.root) === hexOf(newest.root)) return null
  return refused(
    `the state says size ${last?.size ?? 0}, the journal says that ${newest.size} was signed: somebody put back an old state`,
    `der Zustand sagt Größe ${last?.size ?? 0}, das Journal, dass ${newest.size} unterschrieben wurde: jemand hat einen alten Zustand eingespielt`,
    { kind: 'state' },
  )
}

/**
 * The operator says what was signed last: the newest checkpoint that anybody holds, or that there is none.
 *
 * @param note - a checkpoint that this key signed, or null
 * @throws {KeeperError} `refused` it is not ours, or older than the journal or the state knows
 */
export async function recoverLog(
  folder: string,
  keys: KeyStore,
  journal: Journal,
  given: { readonly origin: string | null; readonly note: string | null },
): Promise<Tree | null> {
  const key = await keys.find('checkpoint')
  if (key === null) throw refused('there is no key here', 'hier ist kein Schlüssel')
  const origin = given.note === null ? (given.origin ?? originOf(key.publicKey)) : (given.note.split('\n')[0] ?? '')
  if (given.origin !== null && given.origin !== origin) {
    throw new KeeperError('origin_changed', { found: origin, expected: given.origin })
  }
  const last = given.note === null ? null : await openOwn(given.note, origin, key.publicKey)
  if (given.note !== null && last === null) {
    throw refused(
      'this checkpoint was not signed by the key here',
      'diesen Stand hat der Schlüssel hier nicht unterschrieben',
    )
  }
  const known = await readState(folder)
  if (known.is === 'there' && known.last !== null && (last === null || last.size < known.last.size)) {
    throw refused(
      `a checkpoint of size ${known.last.size} is on record; an older one is not accepted`,
      `ein Stand der Größe ${known.last.size} ist verzeichnet; ein älterer wird nicht angenommen`,
    )
  }
  const behind = journal.newest === 'broken' && last !== null ? null : behindJournal(last, journal)
  if (behind !== null) throw behind
  const note = given.note === null ? null : withoutCosignatures(given.note, origin)
  await writeState(folder, { v: '1', origin, publicKey: hexOf(key.publicKey), note })
  if (last !== null && (journal.newest === null || journal.newest === 'broken' || journal.newest.size < last.size)) {
    await journal.add(last, await stateWrittenAt(folder))
  }
  return last
}

/** The note as we signed it, whatever others have added since. */
function withoutCosignatures(note: string, origin: string): string {
  const { text, signatures } = parseNote(note)
  return formatNote(
    text,
    signatures.filter(({ name }) => name === origin),
  )
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
