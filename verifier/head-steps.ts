import { fromBase64, fromUtf8 } from '../engines/tlog/bytes.ts'
import type { Checkpoint } from '../engines/tlog/checkpoint.ts'
import { verifyWitnessed } from '../engines/tlog/cosignature.ts'
import { TILE_WIDTH } from '../engines/tlog/tile.ts'
import type { ReadTile } from '../engines/tlog/tile-reader.ts'
import { isStatement } from './leaf.ts'
import { headOf, isBeginning, provedEntries, type ReadLog, tilesOf } from './log-source.ts'
import type { Believed } from './log-steps.ts'
import { CannotLook, failedStep } from './refuse.ts'
import { both, type Remembered, type Step, step } from './result.ts'

/** Looks into the log itself: its head, its past as remembered, and whether it holds something newer than the page. */
export async function lookIntoLog(input: {
  readonly page: Checkpoint
  readonly believed: Believed
  readonly remembered: Remembered | null
  readonly readLog: ReadLog
  /** Place of the last entry of the statement. */
  readonly last: number
  readonly now: Date
  readonly mostBundles: number
}): Promise<readonly Step[]> {
  const { page, believed, remembered, readLog } = input
  const readTile = tilesOf(readLog)
  const head = await headStep(page, believed, readLog, readTile)
  const steps = [head.step]
  const newest = head.newest
  if (remembered !== null) steps.push(await historyStep(remembered, page, newest, readTile))
  if (newest !== null) steps.push(await newestStep({ ...input, newest, readTile }))
  return steps
}

async function headStep(
  page: Checkpoint,
  believed: Believed,
  readLog: ReadLog,
  readTile: ReadTile,
): Promise<{ step: Step; newest: Checkpoint | null }> {
  const no = both('Das Protokoll widerspricht der Seite.', 'The log contradicts the page.')
  const open = both('Das Protokoll ließ sich nicht lesen.', 'The log could not be read.')
  try {
    const { checkpoint, note } = await headOf(readLog, believed.log)
    await verifyWitnessed(note, believed)
    const [older, newer] = checkpoint.size < page.size ? [checkpoint, page] : [page, checkpoint]
    if (!(await isBeginning(older, newer, readTile))) {
      const detail = both(
        `Zwei Stände mit ${page.size} und ${checkpoint.size} Einträgen passen nicht zueinander: Das Protokoll ist gegabelt.`,
        `Two checkpoints of ${page.size} and ${checkpoint.size} entries do not fit each other: the log is forked.`,
      )
      return { step: step('head', false, no, detail), newest: null }
    }
    const text = both(
      `Das Protokoll selbst zeigt denselben Verlauf, inzwischen ${newer.size} Einträge.`,
      `The log itself shows the same history, ${newer.size} entries by now.`,
    )
    return { step: step('head', true, text), newest: newer }
  } catch (error) {
    return { step: failedStep('head', { no, open }, error), newest: null }
  }
}

async function historyStep(
  remembered: Remembered,
  page: Checkpoint,
  newest: Checkpoint | null,
  readTile: ReadTile,
): Promise<Step> {
  const present = newest ?? page
  const no = both(
    'ALARM: Das Protokoll setzt den Stand vom letzten Mal nicht fort. Es wurde zurückgedreht, umgeschrieben oder gegabelt.',
    'ALARM: the log does not continue the checkpoint of last time. It was rolled back, rewritten or forked.',
  )
  const open = both(
    'Ob das Protokoll den Stand vom letzten Mal fortsetzt, ließ sich nicht prüfen.',
    'Whether the log continues the checkpoint of last time could not be checked.',
  )
  const detail = both(
    `Damals ${remembered.size} Einträge, jetzt ${present.size}.`,
    `${remembered.size} entries then, ${present.size} now.`,
  )
  try {
    const root = fromBase64(remembered.root)
    if (root === null)
      throw new CannotLook(both('Der gemerkte Stand ist unlesbar.', 'What was remembered is unreadable.'))
    if (newest === null && page.size < remembered.size) {
      throw new CannotLook(
        both(
          `${detail.de} Die Seite kann aus einem Zwischenspeicher sein.`,
          `${detail.en} The page may come from a cache.`,
        ),
      )
    }
    const continues = await isBeginning({ size: remembered.size, root }, present, readTile)
    return continues
      ? step(
          'history',
          true,
          both(
            'Seit dem letzten Mal wurde nur angefügt, nichts geändert.',
            'Since last time entries were only added, none changed.',
          ),
          detail,
        )
      : step('history', false, no, detail)
  } catch (error) {
    return failedStep('history', { no, open }, error)
  }
}

/** The page may lag behind a statement that was sealed just now, by what caches and a slow network take. */
const LAG_MS = 2 * 60_000

async function newestStep(input: {
  readonly newest: Checkpoint
  readonly readTile: ReadTile
  readonly last: number
  readonly now: Date
  readonly mostBundles: number
}): Promise<Step> {
  const { newest, readTile, last, now, mostBundles } = input
  const no = both('Die Seite hält eine neuere Aussage zurück.', 'The page withholds a newer statement.')
  const open = both(
    'Ob es eine neuere Aussage gibt, ließ sich nicht prüfen.',
    'Whether there is a newer statement could not be checked.',
  )
  try {
    const from = Math.floor((last + 1) / TILE_WIDTH)
    const until = Math.ceil(newest.size / TILE_WIDTH)
    if (until - from > mostBundles) {
      throw new CannotLook(
        both(
          `Seither kamen ${newest.size - last} Einträge hinzu, mehr als hier gelesen werden. \`bergfried verify\` liest sie.`,
          `${newest.size - last} entries were added since, more than are read here. \`bergfried verify\` reads them.`,
        ),
      )
    }
    for (let index = from; index < until; index++) {
      if (index * TILE_WIDTH >= newest.size) break
      const entries = await provedEntries(index, newest, readTile)
      for (const [i, entry] of entries.entries()) {
        const at = index * TILE_WIDTH + i > last ? statedAt(entry) : null
        if (at === null || !(now.getTime() - Date.parse(at) > LAG_MS)) continue
        return step('newest', false, no, both(`Sie ist von ${at}.`, `It is of ${at}.`))
      }
    }
    return step(
      'newest',
      true,
      both('Es ist die neueste Aussage im Protokoll.', 'It is the newest statement in the log.'),
      both(`${newest.size - 1 - last} spätere Einträge gelesen.`, `${newest.size - 1 - last} later entries read.`),
    )
  } catch (error) {
    return failedStep('newest', { no, open }, error)
  }
}

/** When an entry says that it was made, where it is a statement. */
function statedAt(entry: Uint8Array): string | null {
  const value: unknown = JSON.parse(fromUtf8(entry))
  return isStatement(value) ? String((value as { at?: unknown }).at) : null
}
