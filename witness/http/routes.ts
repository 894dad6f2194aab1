import type { IncomingMessage } from 'node:http'
import { type Answer, exact, plain } from '../answer.ts'
import { reportOf, reportText } from '../report.ts'
import type { Lang } from '../terminal.ts'
import type { Witness } from '../witness.ts'
import { readBody } from './read-body.ts'

/** What everybody may read from any page: nothing here is secret. */
const READ = { 'access-control-allow-origin': '*' }

/**
 * Answers one request. Null where the sender went away.
 *
 * @param prefix - empty, or a path that begins with a slash and does not end with one
 */
export async function answerTo(request: IncomingMessage, witness: Witness, prefix: string): Promise<Answer | null> {
  const path = (request.url ?? '/').split('?')[0] ?? '/'
  if (!path.startsWith(`${prefix}/`) && path !== prefix) return notFound()
  const below = path.slice(prefix.length + 1)
  if (below === 'add-checkpoint') {
    if (request.method !== 'POST') return notAllowed('POST')
    const body = await readBody(request)
    return typeof body === 'string' ? witness.addCheckpoint(body) : body
  }
  const found = await readable(below, request, witness)
  if (found === null) return notFound()
  if (request.method !== 'GET' && request.method !== 'HEAD') return notAllowed('GET, HEAD')
  return { ...found, headers: READ }
}

async function readable(below: string, request: IncomingMessage, { parts, logs }: Witness): Promise<Answer | null> {
  if (below === '') {
    const report = reportOf(parts, logs)
    if (/\bapplication\/json\b/.test(request.headers.accept ?? '')) return json(`${JSON.stringify(report, null, 2)}\n`)
    return plain(200, reportText(report, languageOf(request)))
  }
  const [folder, file = '', ...more] = below.split('/')
  if (more.length > 0) return null
  if (folder === 'checkpoint') {
    const seen = parts.states.byFile(file)
    return seen === null ? null : exact(seen.note)
  }
  if (folder !== 'conflicts') return null
  const text = await parts.conflicts.read(file).catch(() => null)
  return text === null ? null : json(text)
}

const languageOf = (request: IncomingMessage): Lang =>
  /^\s*de\b/i.test(request.headers['accept-language'] ?? '') ? 'de' : 'en'

const json = (body: string): Answer => ({ status: 200, type: 'application/json', body })
const notFound = (): Answer => plain(404, 'nothing here')
const notAllowed = (allow: string): Answer => plain(405, `use ${allow}`, { allow })
