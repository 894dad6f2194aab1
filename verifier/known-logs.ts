import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { rememberedShape } from './remembered.ts'
import type { Remembered } from './result.ts'
import { list, object, oneOf, parseJson, string } from './shape.ts'

const MOST = 4 * 1024 * 1024

const known = object({ place: string(300), log: rememberedShape })
const file = object({ v: oneOf(1), logs: list(known, 10_000) })

/** What was remembered of logs, by the place where each was met, for example `https://example.com`. */
export type KnownLogs = ReadonlyMap<string, Remembered>

export const KNOWN_LOGS_FILE = join(homedir(), '.config', 'bergfried', 'known-logs.json')

/** Reads the file; none yet is empty. @throws {Refuted} where it is damaged: a lost memory must not pass unnoticed */
export async function readKnownLogs(path: string): Promise<KnownLogs> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map()
    throw error
  }
  const { logs } = file(parseJson(text, MOST, path), path)
  return new Map(logs.map(({ place, log }) => [place, log]))
}

/** Writes the file in one piece, for the owner alone (0600). */
export async function writeKnownLogs(path: string, logs: KnownLogs): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const fresh = `${path}.new`
  const handle = await open(fresh, 'w', 0o600)
  try {
    await chmod(fresh, 0o600)
    const sorted = [...logs].sort(([a], [b]) => (a < b ? -1 : 1))
    await handle.writeFile(
      `${JSON.stringify({ v: 1, logs: sorted.map(([place, log]) => ({ place, log })) }, null, 2)}\n`,
    )
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(fresh, path)
}

/** The known log with this key, or one that has the same name: then its key has changed. */
export function knownByKey(logs: KnownLogs, verifierKey: string): Remembered | null {
  const name = verifierKey.split('+')[0]
  const all = [...logs.values()]
  return (
    all.find((log) => log.verifierKey === verifierKey) ??
    all.find((log) => log.verifierKey.split('+')[0] === name) ??
    null
  )
}
