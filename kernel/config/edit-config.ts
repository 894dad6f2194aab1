import { isDeepStrictEqual } from 'node:util'
import { Document, isSeq, parseDocument, stringify } from 'yaml'
import { BergfriedError } from '../errors.ts'
import { invalidFile } from '../yaml/invalid-file.ts'
import { parseYaml } from '../yaml/parse-yaml.ts'
import { readBounded } from '../yaml/read-bounded.ts'
import { parseConfig, THIS_HOST } from './config.ts'
import type { SystemEntry } from './config-schema.ts'
import { replaceFile } from './replace-file.ts'

/**
 * Adds a system to bergfried.yaml, with everything else in the file left as it is: comments, order, blank lines. The
 * file is made where there is none. It is replaced as a whole or not at all.
 *
 * Where the file named no systems, this machine was measured; it is then written down too, so that it stays so.
 *
 * @throws {BergfriedError} `system.exists`; `config.invalid` for the file as it is or as it would be, or where it
 *   cannot be written; nothing is changed then
 */
export async function addSystem(path: string, system: SystemEntry): Promise<void> {
  const read = await readBounded(path)
  if ('reason' in read) throw invalidFile('config.invalid', [{ file: path, line: 1, reason: read.reason }])
  const before = 'source' in read ? read.source : ''
  const { systems } = parseConfig(before, path, 'de')
  const named = namesSystems(before)
  if (named && systems.some((s) => s.name === system.name))
    throw new BergfriedError('system.exists', { system: system.name })
  const keepThisHost = !named && system.kind !== 'host' && system.name !== THIS_HOST.name
  const after = withSystems(before, keepThisHost ? [{ name: THIS_HOST.name, kind: 'host' }, system] : [system])
  parseConfig(after, path, 'de')
  await replaceFile(path, after)
}

const plainValue = (source: string): { readonly systems?: readonly unknown[] } =>
  (parseYaml(source).value as { systems?: readonly unknown[] } | null) ?? {}

const namesSystems = (source: string): boolean => plainValue(source).systems !== undefined

/** The source with systems appended: as inserted text where that is safe, otherwise written anew from its document. */
function withSystems(source: string, added: readonly SystemEntry[]): string {
  const value = plainValue(source)
  const wanted = { ...value, systems: [...(value.systems ?? []), ...added] }
  const inserted = insertText(source, added)
  if (inserted !== null && isDeepStrictEqual(parseYaml(inserted).value, wanted)) return inserted
  return rewritten(source, added)
}

function insertText(source: string, added: readonly SystemEntry[]): string | null {
  const newline = source.includes('\r\n') ? '\r\n' : '\n'
  const block = (indent: string): string =>
    stringify(added, { lineWidth: 0 })
      .trimEnd()
      .split('\n')
      .map((line) => indent + line)
      .join(newline)
  if (!namesSystems(source)) {
    const start = source === '' || source.endsWith('\n') ? source : source + newline
    return `${start}systems:${newline}${block('  ')}${newline}`
  }
  const list = parseDocument(source).get('systems', true)
  if (!isSeq(list) || list.flow || !list.range || list.items.length === 0) return null
  const [start, end] = list.range
  const indent = source.slice(source.lastIndexOf('\n', start - 1) + 1, start)
  const lastLine = source.slice(0, end).trimEnd().length
  const lineEnd = source.indexOf('\n', lastLine)
  const at = lineEnd === -1 ? source.length : lineEnd + 1
  const head = source.slice(0, at)
  return `${head}${head.endsWith('\n') ? '' : newline}${block(indent)}${newline}${source.slice(at)}`
}

function rewritten(source: string, added: readonly SystemEntry[]): string {
  const document = source.trim() === '' ? new Document({}) : parseDocument(source)
  const list = document.get('systems', true)
  if (isSeq(list)) {
    // A flow list would put the new system on one endless line.
    list.flow = false
    for (const system of added) list.add(document.createNode(system))
  } else {
    document.set('systems', document.createNode(added))
  }
  return document.toString({ lineWidth: 0 })
}
