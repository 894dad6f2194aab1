import { parseVerifierKey, type VerifierKey } from '../engines/tlog/note.ts'
import { CannotLook, Refuted } from './refuse.ts'
import { both, type Remembered, type Step, step } from './result.ts'

/** What the reader knows for sure, from another source than the page. */
export interface Pinned {
  readonly verifierKey: string | null
  readonly witnesses: readonly string[] | null
  readonly quorum: number | null
}

export const NOTHING_PINNED: Pinned = { verifierKey: null, witnesses: null, quorum: null }

/** The log as the page or the bundle names it. */
export interface Named {
  readonly verifierKey: string
  readonly witnesses: readonly string[]
  readonly quorum: number
}

/** Whom this verification believes. */
export interface Believed {
  readonly log: VerifierKey
  readonly witnesses: readonly VerifierKey[]
  readonly quorum: number
  /** Whether the reader chose the witnesses. */
  readonly chosen: boolean
}

/**
 * The keys, checked against each other: a witness that is the log itself would witness nothing.
 *
 * @throws {TlogError} `malformed`; {@link Refuted}
 */
export function believedOf(named: Named, pinned: Pinned): Believed {
  const chosen = pinned.witnesses !== null || pinned.quorum !== null
  const texts = pinned.witnesses ?? named.witnesses
  const log = parseVerifierKey(named.verifierKey)
  const witnesses = texts.map(parseVerifierKey)
  const quorum = pinned.quorum ?? pinned.witnesses?.length ?? named.quorum
  const keys = [log, ...witnesses]
  if (
    new Set(keys.map((k) => k.name)).size < keys.length ||
    new Set(keys.map((k) => `${k.publicKey}`)).size < keys.length
  ) {
    throw new Refuted(
      both('Protokoll und Zeugen teilen sich Namen oder Schlüssel.', 'Log and witnesses share names or keys.'),
    )
  }
  if (quorum > witnesses.length) {
    throw new Refuted(
      both(
        `${quorum} Zeugen verlangt, ${witnesses.length} genannt.`,
        `${quorum} witnesses asked for, ${witnesses.length} named.`,
      ),
    )
  }
  return { log, witnesses, quorum, chosen }
}

/** Whether this is the log that the reader means. */
export function logStep(named: Named, pinned: Pinned, remembered: Remembered | null, first: Step): Step {
  const key = both(`Schlüssel: ${named.verifierKey}`, `Key: ${named.verifierKey}`)
  if (pinned.verifierKey !== null) {
    return pinned.verifierKey === named.verifierKey
      ? step(
          'log',
          true,
          both('Es ist das Protokoll mit dem angegebenen Schlüssel.', 'It is the log with the given key.'),
          key,
        )
      : step(
          'log',
          false,
          both('Es ist nicht das Protokoll mit dem angegebenen Schlüssel.', 'It is not the log with the given key.'),
          key,
        )
  }
  if (remembered === null) return { ...first, detail: key }
  if (remembered.verifierKey === named.verifierKey) {
    return step(
      'log',
      true,
      both('Es ist dasselbe Protokoll wie beim letzten Mal.', 'It is the same log as last time.'),
      key,
    )
  }
  return step(
    'log',
    false,
    both(
      'ALARM: Der Schlüssel des Protokolls ist ein anderer als beim letzten Mal. Ein Protokoll wechselt seinen Schlüssel nicht.',
      'ALARM: the key of the log is not the one of last time. A log does not change its key.',
    ),
    both(
      `Bisher: ${remembered.verifierKey}. Jetzt: ${named.verifierKey}.`,
      `Before: ${remembered.verifierKey}. Now: ${named.verifierKey}.`,
    ),
  )
}

/** Trust on first use: the page itself names the key. */
export const FIRST_CONTACT = step(
  'log',
  true,
  both(
    'Erster Kontakt: Den Schlüssel des Protokolls nennt die Seite selbst. Ab jetzt fällt auf, wenn er wechselt. Wer sicher sein will, vergleicht ihn auf einem anderen Weg.',
    'First contact: the page itself names the key of the log. From now on a change will be noticed. To be sure, compare it by another way.',
  ),
)

/** A file from anywhere that names its own key shows nothing about whose log it is. */
export const NOBODYS_KEY = step(
  'log',
  null,
  both(
    'Wessen Protokoll das ist, bleibt offen: Die Datei nennt ihren Schlüssel selbst. Den Schlüssel auf einem anderen Weg besorgen und mit --log-key angeben, oder zuerst die Adresse der Seite prüfen.',
    'Whose log this is stays open: the file itself names its key. Get the key by another way and give it with --log-key, or verify the address of the page first.',
  ),
)

const list = (names: readonly string[]): string => (names.length === 0 ? '–' : names.join(', '))
const nameOf = (key: string): string => key.split('+')[0] ?? key

/** Whether enough of the believed witnesses cosigned; and whether they are those of last time. */
export function witnessStep(
  believed: Believed,
  cosigners: readonly { readonly name: string; readonly time: number }[],
  named: Named,
  remembered: Remembered | null,
): Step {
  const { quorum, witnesses, chosen } = believed
  const said = cosigners.map((c) => `${c.name} (${new Date(c.time * 1000).toISOString().slice(0, 19)}Z)`)
  const detail = both(`Bestätigt von: ${list(said)}.`, `Confirmed by: ${list(said)}.`)
  if (cosigners.length < quorum) {
    return step(
      'witnesses',
      false,
      both(
        `Nur ${cosigners.length} der ${quorum} verlangten Zeugen haben diesen Stand bestätigt.`,
        `Only ${cosigners.length} of the ${quorum} witnesses asked for confirmed this checkpoint.`,
      ),
      detail,
    )
  }
  if (!chosen && remembered !== null && !sameWitnesses(named, remembered)) {
    return step(
      'witnesses',
      null,
      both(
        'Die verlangten Zeugen sind andere als beim letzten Mal. Das kann erlaubt sein; es muss auf einem anderen Weg bestätigt werden.',
        'The witnesses asked for are not those of last time. That may be allowed; it has to be confirmed by another way.',
      ),
      both(
        `Bisher ${remembered.quorum} von: ${list(remembered.witnesses.map(nameOf))}. Jetzt ${named.quorum} von: ${list(named.witnesses.map(nameOf))}.`,
        `Before ${remembered.quorum} of: ${list(remembered.witnesses.map(nameOf))}. Now ${named.quorum} of: ${list(named.witnesses.map(nameOf))}.`,
      ),
    )
  }
  if (quorum === 0) {
    return step(
      'witnesses',
      chosen ? true : null,
      both(
        'Unbezeugt: Kein unabhängiger Zeuge bestätigt diesen Stand. Wer das Protokoll führt, könnte anderen einen anderen zeigen.',
        'Unwitnessed: no independent witness confirms this checkpoint. Whoever keeps the log could show others a different one.',
      ),
      detail,
    )
  }
  return step(
    'witnesses',
    true,
    both(
      `${cosigners.length} von ${witnesses.length} Zeugen haben diesen Stand bestätigt, ${quorum} sind verlangt.`,
      `${cosigners.length} of ${witnesses.length} witnesses confirmed this checkpoint, ${quorum} are asked for.`,
    ),
    detail,
  )
}

const sameWitnesses = (a: Named, b: Named): boolean =>
  a.quorum === b.quorum && [...a.witnesses].sort().join() === [...b.witnesses].sort().join()

/** @throws {CannotLook} where the platform has no signatures to verify with: that is not the same as a wrong one */
export function needSignatures(): void {
  if ((globalThis as { crypto?: { subtle?: unknown } }).crypto?.subtle === undefined) {
    throw new CannotLook(
      both(
        'Hier lassen sich keine Unterschriften prüfen: Dazu braucht es eine Verbindung über HTTPS.',
        'Signatures cannot be verified here: that needs a connection over HTTPS.',
      ),
    )
  }
}
