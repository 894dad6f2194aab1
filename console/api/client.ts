/** An error answer of the server (RFC 9457), or that there was none. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem'
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, detail: string) {
    super(detail)
    this.status = status
    this.code = code
  }
}

const session = { csrf: '' }

/** Remembers the secret that goes with everything that changes something. */
export function rememberCsrf(csrf: string): void {
  session.csrf = csrf
}

async function problemOf(answer: Response): Promise<ApiProblem> {
  const text = await answer.text().catch(() => '')
  try {
    const { code, detail } = JSON.parse(text) as { code?: string; detail?: string }
    return new ApiProblem(answer.status, code ?? 'unknown', detail ?? answer.statusText)
  } catch {
    return new ApiProblem(answer.status, 'unknown', answer.statusText)
  }
}

async function ask(path: string, init: RequestInit): Promise<Response> {
  let answer: Response
  const headers = { ...init.headers, 'accept-language': document.documentElement.lang }
  try {
    answer = await fetch(path, { credentials: 'same-origin', ...init, headers })
  } catch {
    throw new ApiProblem(0, 'offline', '')
  }
  if (!answer.ok) throw await problemOf(answer)
  return answer
}

/** @throws {ApiProblem} */
export const get = async <T>(path: string, signal?: AbortSignal): Promise<T> =>
  (await (await ask(path, signal === undefined ? {} : { signal })).json()) as T

/** @throws {ApiProblem} */
export async function send<T>(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T> {
  const attempt = () => {
    const headers: Record<string, string> = { 'x-bergfried-csrf': session.csrf }
    if (body !== undefined) headers['content-type'] = 'application/json'
    return ask(path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
  }
  const answer = await attempt().catch(async (error: unknown) => {
    if (!(error instanceof ApiProblem) || error.code !== 'http.csrf') throw error
    // Somebody signed in anew in another tab: this one asks for what belongs to the new session, once.
    const { csrf } = await get<{ csrf: string }>('/api/session')
    rememberCsrf(csrf)
    return attempt()
  })
  return (answer.status === 204 || answer.status === 202 ? null : await answer.json().catch(() => null)) as T
}

/** Parts of a query string that say something. */
export function queryOf(values: Readonly<Record<string, string | number | undefined>>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== '') query.set(name, String(value))
  }
  const text = query.toString()
  return text === '' ? '' : `?${text}`
}
