import type { Clock } from '../../../kernel/clock/clock.ts'
import type { StagePool } from '../../../kernel/db/database.ts'

/** What a mail tells of an alert. Lines of logs stay here. */
export interface AlertMail {
  readonly id: string
  readonly title: string
  readonly level: string
  readonly about: Readonly<Record<string, string>>
  readonly firstAt: Date
}

/** Resolves when a server has taken it. */
export type SendMail = (alerts: readonly AlertMail[]) => Promise<void>

export interface MailInput {
  readonly pool: StagePool
  readonly clock: Clock
  readonly send: SendMail
  readonly onProblem: (where: string, error: unknown) => void
}

const LOOK_EVERY_MS = 1000
const MOST_PAUSE_SECONDS = 900
/** Alerts in one mail: a flood becomes a list. */
const TOGETHER = 50

/** Sends what waits, and what failed again and again until it is taken. A mail may come twice where the process dies in between, never not at all. */
export class MailWorker {
  readonly #input: MailInput
  readonly #timer: NodeJS.Timeout
  #running: Promise<void> = Promise.resolve()
  #busy = false

  constructor(input: MailInput) {
    this.#input = input
    this.#timer = setInterval(() => this.#tick(), LOOK_EVERY_MS)
    this.#timer.unref()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#running
  }

  #tick(): void {
    if (this.#busy) return
    this.#busy = true
    this.#running = this.step()
      .catch((error: unknown) => this.#input.onProblem('mail', error))
      .finally(() => {
        this.#busy = false
      })
  }

  /** Sends what is due now. */
  async step(): Promise<void> {
    const { pool, clock, send } = this.#input
    const now = clock.now()
    const due = await pool.query<AlertMail & { mail: number; attempts: number }>(
      `select m.id as mail, m.attempts, a.id, a.title, a.level, a.about, a.first_at as "firstAt"
       from detection.mail m join detection.alert a on a.id = m.alert_id
       where m.sent_at is null and m.next_at <= $1 order by m.id limit ${TOGETHER}`,
      [now],
    )
    if (due.length === 0) return
    const ids = due.map(({ mail }) => mail)
    try {
      await send(due)
      await pool.query(
        'update detection.mail set sent_at = $2, attempts = attempts + 1, problem = null where id = any($1::bigint[])',
        [ids, clock.now()],
      )
    } catch (error) {
      const attempts = Math.max(...due.map((one) => one.attempts)) + 1
      const pause = Math.min(MOST_PAUSE_SECONDS, 5 * 2 ** Math.min(attempts, 10))
      const code = (error as { code?: string }).code ?? 'failed'
      await pool.query(
        'update detection.mail set attempts = attempts + 1, next_at = $2, problem = $3 where id = any($1::bigint[])',
        [ids, new Date(now.getTime() + pause * 1000), String(code).slice(0, 100)],
      )
      throw error
    }
  }
}
