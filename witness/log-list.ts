import { readFile } from 'node:fs/promises'
import { COSIGNATURE_ML_DSA_44, ED25519, parseVerifierKey, type VerifierKey } from '../engines/tlog/note.ts'
import { codeOf, problem } from './errors.ts'

/** The logs that a witness watches: for each origin the keys that sign its checkpoints. */
export type LogList = ReadonlyMap<string, readonly VerifierKey[]>

const MOST_BYTES = 1024 * 1024
const MOST_KEYS_PER_LOG = 4

/**
 * Reads the list of logs: a verifier key per line (C2SP signed-note), and after a space the origin where that is not the
 * key's name. Several keys of one origin may sign. Empty lines and lines that begin with `#` are left out.
 *
 * @throws {WitnessError} `usage` with the line
 */
export async function readLogList(path: string): Promise<LogList> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw problem('usage', path, `cannot be read (${codeOf(error)})`, `ist nicht lesbar (${codeOf(error)})`)
  })
  if (text.length > MOST_BYTES) throw problem('usage', path, 'is larger than 1 MiB', 'ist größer als 1 MiB')
  return parseLogList(text, path)
}

/** @param path - how the list is called in an error. @throws {WitnessError} `usage` */
export function parseLogList(text: string, path: string): LogList {
  const logs = new Map<string, VerifierKey[]>()
  for (const [i, raw] of text.split('\n').entries()) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) continue
    const { origin, key } = parseLine(line, `${path}:${i + 1}`)
    const keys = logs.get(origin) ?? []
    if (keys.some((k) => k.name === key.name && k.keyId === key.keyId)) continue
    keys.push(key)
    if (keys.length > MOST_KEYS_PER_LOG) {
      throw problem('usage', `${path}:${i + 1}`, 'a log has at most 4 keys', 'ein Protokoll hat höchstens 4 Schlüssel')
    }
    logs.set(origin, keys)
  }
  return logs
}

function parseLine(line: string, where: string): { origin: string; key: VerifierKey } {
  const [word = '', ...more] = line.split(' ')
  const origin = more.join(' ').trim()
  const key = keyOf(word, where)
  if (key.type !== ED25519 && key.type !== COSIGNATURE_ML_DSA_44) {
    throw problem(
      'usage',
      where,
      'is the key of no log (types 1 and 6 are)',
      'ist kein Schlüssel eines Protokolls (die Arten 1 und 6 sind es)',
    )
  }
  return { origin: origin === '' ? key.name : origin, key }
}

function keyOf(word: string, where: string): VerifierKey {
  try {
    return parseVerifierKey(word)
  } catch {
    throw problem(
      'usage',
      where,
      'is no verifier key such as log.example.org/a+1a2b3c4d+AQ…',
      'ist kein Prüfschlüssel wie log.example.org/a+1a2b3c4d+AQ…',
    )
  }
}
