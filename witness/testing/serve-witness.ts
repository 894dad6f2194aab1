import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatVerifierKey } from '../../engines/tlog/note.ts'
import { type ServeOptions, serve } from '../http/server.ts'
import { initWitness } from '../init.ts'
import { parseLogList } from '../log-list.ts'
import { openFolder } from '../open.ts'
import type { Clock, Terminal } from '../terminal.ts'
import { type Event, Witness } from '../witness.ts'

export const NAME = 'witness.example.org/w1'

/** A witness in this process, on a real socket, with a clock that is moved by hand. */
export async function serveWitness(logs: readonly string[], options: Partial<ServeOptions> & { mlDsa?: boolean } = {}) {
  const base = await mkdtemp(join(tmpdir(), 'witness-'))
  const folder = join(base, 'w')
  const time = { ms: Date.parse('2026-11-01T12:00:00Z') }
  const clock: Clock = { now: () => new Date(time.ms) }
  const keys: string[] = []
  const terminal: Terminal = {
    lang: 'en',
    clock,
    signal: new AbortController().signal,
    out: (line) => keys.push(line),
    note: () => undefined,
  }
  await initWitness(terminal, base, { folder, name: NAME, 'ml-dsa': options.mlDsa === true })
  const opened = await openFolder(folder)
  const events: Event[] = []
  const problems: unknown[] = []
  const witness = new Witness(
    { ...opened, clock, onEvent: (event) => events.push(event) },
    parseLogList(logs.join('\n'), 'logs'),
  )
  const server = await serve(witness, {
    host: '127.0.0.1',
    port: 0,
    prefix: '',
    perSecond: 0,
    tls: null,
    clock,
    onProblem: (error) => problems.push(error),
    ...options,
  })
  return {
    base,
    folder,
    witness,
    events,
    problems,
    time,
    keys: opened.identity.signers.map(({ key }) => key),
    verifierKeys: opened.identity.signers.map(({ key }) => formatVerifierKey(key)),
    url: `http://127.0.0.1:${server.port}${options.prefix ?? ''}/`,
    server,
    async [Symbol.asyncDispose]() {
      await server.stop()
      await opened.lock.release()
      await rm(base, { recursive: true, force: true })
    },
  }
}
