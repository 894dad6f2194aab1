import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { codeOf, problem, WitnessError } from './errors.ts'
import { type RunningServer, serve, type TlsPair } from './http/server.ts'
import { readLogList } from './log-list.ts'
import { openFolder } from './open.ts'
import { needed, optional, parseListen, parsePrefix, parseRate, type Values } from './options.ts'
import { openSeen } from './store/state.ts'
import type { Terminal } from './terminal.ts'
import { type Event, Witness } from './witness.ts'

/**
 * Runs a witness until the terminal's signal. SIGHUP reads the list of logs and the certificate again.
 *
 * @throws {WitnessError} whatever keeps it from starting
 */
export async function runWitness(terminal: Terminal, cwd: string, values: Values): Promise<void> {
  const folder = resolve(cwd, needed(values, 'folder'))
  const list = resolve(cwd, needed(values, 'logs'))
  const { host, port } = parseListen(optional(values, 'listen') ?? '127.0.0.1:7500')
  const prefix = parsePrefix(optional(values, 'prefix') ?? '')
  const perSecond = parseRate(optional(values, 'rate') ?? '20')
  const logs = await readLogList(list)
  const tls = await readTls(cwd, values)
  const { lock, ...opened } = await openFolder(folder)
  let server: RunningServer | null = null
  try {
    for (const file of (values['seen'] as readonly string[] | undefined) ?? []) {
      const path = resolve(cwd, file)
      const seen = await openSeen(await readText(path), opened.identity)
      if (seen === null) {
        throw problem(
          'usage',
          path,
          'is no checkpoint that this witness confirmed',
          'ist kein Stand, den dieser Zeuge bestätigt hat',
        )
      }
      const newer = await opened.states.catchUp(seen)
      if (newer) terminal.note(`${seen.origin}: ${seen.size}`)
    }
    const { clock, lang } = terminal
    const onEvent = (event: Event) => terminal.note(eventText(event, lang))
    const witness = new Witness({ ...opened, clock, onEvent }, logs)
    const onProblem = (error: unknown) => terminal.note(String(error instanceof Error ? error.stack : error))
    const running = await serve(witness, { host, port, prefix, perSecond, tls, clock, onProblem })
    server = running
    const reload = () => {
      reloadInto(witness, running, list, cwd, values).catch((error: unknown) => {
        if (error instanceof WitnessError) terminal.note(error.sentence(lang))
        else onProblem(error)
      })
    }
    process.on('SIGHUP', reload)
    const scheme = tls === null ? 'http' : 'https'
    terminal.out(
      `${opened.identity.name} ${scheme}://${host.includes(':') ? `[${host}]` : host}:${running.port}${prefix}/`,
    )
    await aborted(terminal.signal)
    process.off('SIGHUP', reload)
  } finally {
    await server?.stop()
    await lock.release()
  }
}

/** Takes a changed list and a renewed certificate, both or neither. */
async function reloadInto(
  witness: Witness,
  server: RunningServer,
  list: string,
  cwd: string,
  values: Values,
): Promise<void> {
  const logs = await readLogList(list)
  const tls = await readTls(cwd, values)
  if (tls !== null) server.renew(tls)
  witness.logs = logs
}

async function readTls(cwd: string, values: Values): Promise<TlsPair | null> {
  const [key, cert] = [optional(values, 'tls-key'), optional(values, 'tls-cert')]
  if (key === null && cert === null) return null
  if (key === null || cert === null) {
    throw problem(
      'usage',
      '--tls-key, --tls-cert',
      'one does not go without the other',
      'eines geht nicht ohne das andere',
    )
  }
  return { key: await readText(resolve(cwd, key)), cert: await readText(resolve(cwd, cert)) }
}

const readText = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch((error: unknown) => {
    throw problem('usage', path, `cannot be read (${codeOf(error)})`, `ist nicht lesbar (${codeOf(error)})`)
  })

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

function eventText(event: Event, lang: 'de' | 'en'): string {
  const de = lang === 'de'
  if (event.is === 'not_kept') {
    const code = codeOf(event.error)
    return de
      ? `${event.origin}: konnte nicht gespeichert werden (${code})`
      : `${event.origin}: could not be kept (${code})`
  }
  const where = event.file === null ? '' : ` conflicts/${event.file}`
  if (event.is === 'fork') {
    return de
      ? `ZWEI GESCHICHTEN: ${event.origin} hat zu Größe ${event.size} zwei Stände unterschrieben;${where}`
      : `TWO HISTORIES: ${event.origin} has signed two checkpoints of size ${event.size};${where}`
  }
  return de
    ? `WIDERSPRUCH: ${event.origin}, Größe ${event.size}, wächst nicht beweisbar aus dem bestätigten Stand;${where}`
    : `CONFLICT: ${event.origin}, size ${event.size}, does not provably grow from the confirmed checkpoint;${where}`
}
