import { SigmaError } from './errors.ts'
import type { Level, Logsource, RuleHead } from './ir.ts'
import { isPlainMap, type SourceDocument } from './yaml-documents.ts'

const LEVELS: readonly string[] = ['informational', 'low', 'medium', 'high', 'critical']
const STATUSES: readonly string[] = ['stable', 'test', 'experimental', 'deprecated', 'unsupported']

/** Reads what all kinds of rules share. A rule without a level counts as `medium`. */
export function readHead(document: SourceDocument): RuleHead {
  const { data, file } = document
  const line = document.lineOf([])
  const at = (key: string) => ({ file, line: document.lineOf([key]) })
  const string = (key: string, most: number): string | null => {
    const value = data[key]
    if (value === undefined || value === null) return null
    const text = typeof value === 'string' ? value : typeof value === 'number' ? String(value) : null
    if (text === null) throw new SigmaError('malformed', `"${key}" is no text`, at(key))
    if (text.length > most) throw new SigmaError('too_large', `"${key}" of ${text.length} characters`, at(key))
    return text
  }
  const title = string('title', 1024)
  if (title === null || title.trim() === '') throw new SigmaError('malformed', 'a rule has a title', { file, line })
  const name = string('name', 256)
  const level = string('level', 64) ?? 'medium'
  if (!LEVELS.includes(level))
    throw new SigmaError('malformed', `level "${level}" is not one of ${LEVELS.join(', ')}`, at('level'))
  const status = string('status', 64)
  if (status !== null && !STATUSES.includes(status)) {
    throw new SigmaError('malformed', `status "${status}" is not one of ${STATUSES.join(', ')}`, at('status'))
  }
  if (status === 'unsupported')
    throw new SigmaError('unsupported', 'the rule says that it is not supported', at('status'))
  const taxonomy = string('taxonomy', 256)
  if (taxonomy !== null && taxonomy !== 'sigma') {
    throw new SigmaError('unsupported', `taxonomy "${taxonomy}" is not that of Sigma`, at('taxonomy'))
  }
  return {
    id: string('id', 256) ?? name ?? `${file}:${line}`,
    name,
    title,
    level: level as Level,
    status,
    author: string('author', 4096),
    license: string('license', 256),
    tags: tagsOf(data['tags']),
    file,
    line,
  }
}

function tagsOf(tags: unknown): readonly string[] {
  const list = Array.isArray(tags) ? tags : tags === undefined || tags === null ? [] : [tags]
  return list.filter((tag): tag is string => typeof tag === 'string').slice(0, 256)
}

/** What a problem calls a document that may be broken: its id, else its title. */
export function labelOf(data: Readonly<Record<string, unknown>>): string | null {
  for (const key of ['id', 'name', 'title']) {
    const value = data[key]
    if (typeof value === 'string' && value !== '') return value.slice(0, 256)
  }
  return null
}

/** Reads a log source. One that names nothing would meet every event: refused. */
export function readLogsource(document: SourceDocument): Logsource {
  const place = { file: document.file, line: document.lineOf(['logsource']) }
  const given = document.data['logsource']
  if (!isPlainMap(given)) throw new SigmaError('malformed', 'a rule has a "logsource" map', place)
  const logsource: { product?: string; category?: string; service?: string } = {}
  for (const key of ['product', 'category', 'service'] as const) {
    const value = given[key]
    if (value === undefined || value === null) continue
    if (typeof value !== 'string') throw new SigmaError('malformed', `logsource "${key}" is no text`, place)
    logsource[key] = value.toLowerCase()
  }
  if (Object.keys(logsource).length === 0) {
    throw new SigmaError('malformed', 'logsource names neither product, category nor service', place)
  }
  return logsource
}
