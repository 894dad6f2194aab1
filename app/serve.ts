import pino from 'pino'
import { systemClock } from '../kernel/clock/clock.ts'
import { loadConfig } from '../kernel/config/config.ts'
import { type Environment, readEnvironment } from '../kernel/config/environment.ts'
import { BergfriedError, exitOf } from '../kernel/errors.ts'
import type { Lang } from '../kernel/i18n/text.ts'
import { collectAll, judgeAll, rollUp } from './cycle.ts'
import { type RunningEvidence, startEvidence } from './evidence.ts'
import { type House, openHouse } from './house.ts'
import { startHttp } from './http.ts'
import { textReport } from './report.ts'
import { rowsByCheck } from './rows-by-check.ts'
import { holdFolder } from './single.ts'
import { Statements } from './statements.ts'
import { Watch } from './watch-loop.ts'

/**
 * `npm start`: opens the house, reads every system once, prints the policy with its state and the address, then keeps
 * collecting and judging until SIGINT or SIGTERM.
 *
 * @returns the exit code
 */
export async function serve(): Promise<number> {
  const env = readEnvironment()
  let lang: Lang = env.language
  const say = (text: string) => process.stdout.write(`${text}\n`)
  try {
    const config = await loadConfig(undefined, env, env.variable('INIT_CWD') ?? process.cwd())
    lang = config.language
    const house = await openHouse({ config, env, clock: systemClock, sync: config.file !== null })
    return await run(house, env, lang, say)
  } catch (error) {
    process.stderr.write(
      `bergfried: ${error instanceof BergfriedError ? error.sentence(lang) : (error as Error).stack}\n`,
    )
    return exitOf(error)
  }
}

async function run(house: House, env: Environment, lang: Lang, say: (text: string) => void): Promise<number> {
  const log = pino({ level: 'info', base: null }, pino.destination(2))
  const onDefect = (where: string, error: unknown) => log.error({ where, err: error }, 'failed')
  const ended = new Promise<string>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve(signal))
    void house.embedded?.gone.then(() => resolve('database'))
  })
  let release: (() => Promise<void>) | null = null
  let watch: Watch | null = null
  let evidence: RunningEvidence | null = null
  try {
    release = await holdFolder(house)
    evidence = await startEvidence(house, env, (where, error) => error !== null && onDefect(where, error))
    const statements = new Statements(house)
    const http = await startHttp(
      house,
      {
        evidence: evidence.log,
        collectNow: (system) => watch?.collectNow(system),
        changed: (system, kinds) => watch?.changed(system, kinds),
      },
      onDefect,
    )
    say(lang === 'de' ? `Bergfried hört auf ${http.address}` : `Bergfried is listening on ${http.address}`)
    await collectAll(house, { withSlow: false, onDefect })
    await judgeAll(house, 'start')
    const verdicts = await rollUp(house)
    const at = house.clock.now()
    await statements.consider(verdicts, at)
    const rows = await rowsByCheck(house, { systems: null, at, current: true, fine: false })
    const width = Math.min(process.stdout.columns ?? 100, 120)
    const colour = process.stdout.isTTY === true
    say(textReport({ lang, policy: house.policy, verdicts, rows, now: at, most: 3, width, colour }).trimStart())
    say('')
    say(
      lang === 'de'
        ? `Bergfried läuft: ${http.address}  (Ende mit Strg-C)`
        : `Bergfried is running: ${http.address}  (end with Ctrl-C)`,
    )
    watch = new Watch(
      house,
      {
        onDefect,
        onJudged: (opened, closed) => log.info({ opened, closed }, 'judged'),
        onVerdicts: async (told) => void (await statements.consider(told, house.clock.now())),
      },
      true,
    )
    watch.start()
    const why = await ended
    await watch.stop()
    await http.close()
    if (why === 'database') throw new BergfriedError('db.unreachable', { reason: 'server process ended' })
    return 0
  } finally {
    // Whoever does not hold the folder leaves the database to the server that does.
    const mine = release !== null || house.embedded?.started === true
    await evidence?.stop().catch((error: unknown) => onDefect('evidence', error))
    await release?.()
    await house.close()
    if (mine) await house.embedded?.stop()
  }
}
