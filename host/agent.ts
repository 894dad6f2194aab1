import { setTimeout as sleep } from 'node:timers/promises'
import { Enforcer } from './enforcer.ts'
import { HostError, type Text, textOf } from './errors.ts'
import type { Layout } from './layout.ts'
import { Outbox } from './outbox.ts'
import { prepareFolders } from './run-folders.ts'
import type { ServerLink } from './server-link.ts'
import type { Settings } from './settings.ts'
import type { Clock } from './system-clock.ts'

export interface AgentInput {
  readonly layout: Layout
  readonly settings: Settings
  readonly link: ServerLink
  readonly clock: Clock
  /** Aborted when the agent shall end. */
  readonly signal: AbortSignal
  /** A line for the host's own log. */
  note(text: Text): void
  /** Between two looks at what is over; 1,000 where not given. */
  readonly tickMs?: number
}

/** The server is told that all is well as often as this. */
const HEARTBEAT_MS = 25_000
const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 30_000

/** Enforces what the server orders until the signal. Never ends by itself, and enforces on without the server. */
export async function runAgent(input: AgentInput): Promise<void> {
  const outbox = new Outbox()
  const enforcer = new Enforcer(input.layout, input.settings, input.clock, outbox)
  const inTurn = turns()
  const tell = (error: unknown): void => {
    const text = textOf(error, 'bergfried-host')
    input.note(text)
    outbox.problem(text)
  }
  prepareFolders(input.layout)
  await inTurn(() => enforcer.resume()).catch(tell)
  await Promise.all([
    repeat(input, tell, async () => {
      await inTurn(() => enforcer.tick()).catch(tell)
      await pause(input.tickMs ?? 1000, input.signal)
    }),
    repeat(input, tell, async () => {
      const asked = input.clock.now().getTime()
      const text = await input.link.orders(enforcer.newest, input.signal)
      if (text !== null) await inTurn(() => enforcer.order(text))
      // A server that does not wait for news must not be asked without a pause.
      else if (input.clock.now().getTime() - asked < 1000) await pause(1000, input.signal)
    }),
    reportForEver(input, enforcer, outbox, tell),
  ])
}

async function reportForEver(
  input: AgentInput,
  enforcer: Enforcer,
  outbox: Outbox,
  tell: (error: unknown) => void,
): Promise<void> {
  let last = Number.NEGATIVE_INFINITY
  await repeat(input, tell, async () => {
    const at = input.clock.now().getTime()
    const report = outbox.next(enforcer.applied, enforcer.sessions, Math.abs(at - last) >= HEARTBEAT_MS)
    if (report !== null) {
      await input.link.report(report, input.signal)
      outbox.taken(report)
      last = at
    }
    await pause(Math.min(input.tickMs ?? 1000, 250), input.signal)
  })
}

/** Does something again and again until the signal; after a failure later and later, up to half a minute. */
async function repeat(input: AgentInput, tell: (error: unknown) => void, what: () => Promise<void>): Promise<void> {
  for (let failures = 0; !input.signal.aborted; ) {
    try {
      await what()
      failures = 0
    } catch (error) {
      if (input.signal.aborted) return
      // That the server is away is not its to be told, and once is enough in the log.
      const away = error instanceof HostError && error.code === 'unreachable'
      if (!away) tell(error)
      else if (failures === 0) input.note(textOf(error, 'server'))
      const wait = Math.min(FIRST_WAIT_MS * 2 ** failures++, LONGEST_WAIT_MS)
      // Hosts that lost the server together do not come back together.
      await pause(wait * (0.5 + Math.random() / 2), input.signal)
    }
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal }).catch(() => undefined)

/** One after the other. */
function turns(): <T>(what: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (what) => {
    const mine = last.then(what)
    last = mine.catch(() => undefined)
    return mine
  }
}
