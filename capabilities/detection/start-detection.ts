import type { FactKind } from '../../facts/kinds.ts'
import type { DetectionDesk } from '../../kernel/act/detection-desk.ts'
import type { Clock } from '../../kernel/clock/clock.ts'
import type { GiveFacts } from '../../kernel/collect/product-facts.ts'
import type { DetectionConfig } from '../../kernel/config/detection-config.ts'
import type { StagePool } from '../../kernel/db/database.ts'
import { MailWorker, type SendMail } from './notify/mail-worker.ts'
import { DetectionStream, type StreamInput } from './stream/stream.ts'

/** Pause where nothing is new. */
const PAUSE_MS = 400
const TELL_EVERY_MS = 60_000
const CLEAN_EVERY_MS = 3_600_000

export interface DetectionInput extends Omit<StreamInput, 'sources' | 'mailFrom'> {
  /** Hands a mail to a server; null: none is configured. */
  readonly send: SendMail | null
  readonly config: DetectionConfig
  readonly give: GiveFacts
  readonly onProblem: (where: string, error: unknown) => void
  /** Alerts were raised or counted up. */
  readonly onAlerts: () => void
}

export interface RunningDetection extends DetectionDesk {
  stop(): Promise<void>
}

/** Reads the logs as they are written, for as long as it runs. */
export function startDetection(input: DetectionInput): RunningDetection {
  const { pool, clock, config, give, onProblem, pack } = input
  const stream = new DetectionStream({ ...input, sources: config.sources, mailFrom: config.mail?.level ?? null })
  const post = input.send === null ? null : new MailWorker({ pool, clock, send: input.send, onProblem })
  const stopping = new AbortController()
  let [toldAt, cleanedAt, failing] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, '']
  const tell = async (): Promise<void> => {
    toldAt = clock.now().getTime()
    await give(await detectionFacts(pool, config, pack.rules.filter(({ silent }) => !silent).length))
  }
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      let lines = 0
      try {
        const done = await stream.step()
        lines = done.lines
        failing = ''
        if (done.raised.length > 0) {
          input.onAlerts()
          toldAt = Number.NEGATIVE_INFINITY
        }
      } catch (error) {
        const text = String(error)
        // The same failure is told once, not twice a second.
        if (text !== failing) onProblem('detection', error)
        failing = text
      }
      const now = clock.now().getTime()
      if (now - toldAt >= TELL_EVERY_MS) await tell().catch((error: unknown) => onProblem('detection', error))
      if (now - cleanedAt >= CLEAN_EVERY_MS) {
        cleanedAt = now
        await clean(pool, clock, config.keepDays).catch((error: unknown) => onProblem('detection', error))
      }
      if (lines === 0) await pause(stopping.signal)
    }
  }
  const running = loop()
  return {
    rules: pack.rules.filter(({ silent }) => !silent).length,
    problems: pack.problems.map(({ file, line, code, reason }) => ({ file, line, code, reason })),
    stop: async () => {
      stopping.abort()
      await running
      await post?.stop()
      await stream.close()
    },
  }
}

const pause = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, PAUSE_MS)
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer)
        resolve()
      },
      { once: true },
    )
  })

/** Old events go in small steps, so that nothing waits for them. */
async function clean(pool: StagePool, clock: Clock, keepDays: number): Promise<void> {
  for (;;) {
    const gone = await pool.query(
      `delete from detection.event where id in (
         select id from detection.event where at < $1::timestamptz - make_interval(days => $2) limit 10000) returning id`,
      [clock.now(), keepDays],
    )
    if (gone.length < 10_000) return
  }
}

/** What checks read: each source with its last event, and alerts that wait for somebody. */
export async function detectionFacts(pool: StagePool, config: DetectionConfig, rules: number) {
  const known = await pool.query<{ name: string; lastAt: Date | null; unread: number }>(
    'select name, last_at as "lastAt", unread from detection.source',
  )
  const alerts = await pool.query<{
    id: string
    rule: string
    title: string
    level: string
    state: string
    firstAt: Date
  }>(
    `select id, rule, title, level, state, first_at as "firstAt" from detection.alert where state = 'open' order by first_at limit 1000`,
  )
  const sources = config.sources.map(({ name, kind, silentSeconds }) => {
    const source = known.find((one) => one.name === name)
    return {
      source: name,
      sourceKind: kind,
      lastAt: source?.lastAt?.toISOString() ?? null,
      silentSeconds,
      unread: Number(source?.unread ?? 0),
      rules,
    }
  })
  const open = alerts.map(({ firstAt, state: _, ...alert }) => ({
    alert: alert.id,
    rule: alert.rule,
    title: alert.title,
    level: alert.level,
    firstAt: firstAt.toISOString(),
  }))
  return new Map<FactKind, readonly Readonly<Record<string, unknown>>[]>([
    ['detection_source', sources],
    ['open_alert', open],
  ])
}
