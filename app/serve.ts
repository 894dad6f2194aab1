import pino from 'pino'
import type { RunningAccess } from '../capabilities/access/start-access.ts'
import { openGate } from '../capabilities/identity/gate.ts'
import type { FactKind } from '../facts/kinds.ts'
import { systemClock } from '../kernel/clock/clock.ts'
import type { RegisteredSystem } from '../kernel/collect/systems.ts'
import { loadConfig } from '../kernel/config/config.ts'
import { type Environment, readEnvironment } from '../kernel/config/environment.ts'
import { BergfriedError, exitOf } from '../kernel/errors.ts'
import { LiveFeed } from '../kernel/http/live-feed.ts'
import type { Lang } from '../kernel/i18n/text.ts'
import { openAccess } from './access.ts'
import { openBackups } from './backups.ts'
import { openBlocking } from './blocking.ts'
import { collectAll, judgeAll, rollUp } from './cycle.ts'
import { dataFolder } from './data-folder.ts'
import { openDemoHouse } from './demo/open-demo.ts'
import { sayHowToWalkIn } from './demo/walk-in.ts'
import { openDetection } from './detection.ts'
import { type RunningEvidence, startEvidence } from './evidence.ts'
import { openFirewall, type RunningFirewall } from './firewall.ts'
import { sayHowToSetUp } from './first-sign-in.ts'
import { openFront } from './front.ts'
import { givingFacts } from './giving-facts.ts'
import { type House, openHouse } from './house.ts'
import { startHttp } from './http.ts'
import { openKeys } from './keys.ts'
import { openNetwork } from './network.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { provisioning } from './provisioning.ts'
import { textReport } from './report.ts'
import { rowsByCheck } from './rows-by-check.ts'
import { signInOf } from './sign-in.ts'
import { holdFolder } from './single.ts'
import { Statements } from './statements.ts'
import { telling } from './tell.ts'
import { Watch } from './watch-loop.ts'
import type { Work } from './work.ts'

/**
 * `npm start`: opens the house, reads every system once, prints the policy with its state and the address, then keeps
 * collecting and judging until SIGINT or SIGTERM. With `--demo` the house is a made-up company.
 *
 * @param args - of the command line
 * @returns the exit code
 */
export async function serve(args: readonly string[]): Promise<number> {
  const env = readEnvironment()
  let lang: Lang = env.language
  const say = (text: string) => process.stdout.write(`${text}\n`)
  try {
    const demo = startOptions(args)
    const config = await loadConfig(undefined, env, env.variable('INIT_CWD') ?? process.cwd())
    lang = config.language
    const house = demo
      ? await openDemoHouse({
          env,
          clock: systemClock,
          language: lang,
          listen: config.listen,
          onProgress: told(lang, say),
        })
      : await openHouse({ config, env, clock: systemClock, sync: config.file !== null })
    return await run(house, env, lang, say)
  } catch (error) {
    process.stderr.write(
      `bergfried: ${error instanceof BergfriedError ? error.sentence(lang) : (error as Error).stack}\n`,
    )
    return exitOf(error)
  }
}

/** @throws {BergfriedError} `usage.invalid` */
function startOptions(args: readonly string[]): boolean {
  const unknown = args.find((arg) => arg !== '--demo')
  if (unknown !== undefined) {
    const reason = `${unknown.slice(0, 60)}: npm start [-- --demo]`
    throw new BergfriedError('usage.invalid', { reason })
  }
  return args.includes('--demo')
}

/** Tells every tenth of the way that the past of the demo is made. */
function told(lang: Lang, say: (text: string) => void): (done: number, total: number) => void {
  let last = -1
  return (done, total) => {
    const tenth = Math.floor((done * 10) / total)
    if (tenth === last) return
    last = tenth
    say(lang === 'de' ? `Die Vorführung wird aufgebaut: ${tenth * 10} %` : `Making the demonstration: ${tenth * 10} %`)
  }
}

async function run(house: House, env: Environment, lang: Lang, say: (text: string) => void): Promise<number> {
  const log = pino({ level: 'info', base: null }, pino.destination(2))
  const onDefect = (where: string, error: unknown) => log.error({ where, err: error }, 'failed')
  const ended = new Promise<string>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve(signal))
    void house.embedded?.gone.then(() => resolve('database'))
  })
  const folder = dataFolder(house.config, env)
  const live = new LiveFeed()
  const { front } = openFront(folder, onDefect)
  let release: (() => Promise<void>) | null = null
  let watch: Watch | null = null
  let evidence: RunningEvidence | null = null
  let access: RunningAccess | null = null
  let detection: Awaited<ReturnType<typeof openDetection>> = null
  let network: ReturnType<typeof openNetwork> = null
  let blocking: ReturnType<typeof openBlocking> = null
  let backups: Awaited<ReturnType<typeof openBackups>> = null
  let firewall: RunningFirewall | null = null
  let keys: ReturnType<typeof openKeys> = null
  try {
    release = await holdFolder(house)
    evidence = await startEvidence(
      house,
      env,
      (where, error) => error !== null && onDefect(where, error),
      (size, at) => live.tell({ type: 'sealed', size, at }),
    )
    const statements = new Statements(house)
    const signIn = await signInOf(house.config, env, folder)
    const register = {
      alone: oneAtATime(),
      changed: (system: RegisteredSystem, kinds: readonly FactKind[]) => watch?.changed(system, kinds),
    }
    const { keeperSocket } = evidence
    const give = givingFacts(house, register.changed)
    const work: Work = { house, env, folder, keeperSocket, live, register, give, onProblem: onDefect }
    firewall = openFirewall(work)
    access = await openAccess(work, firewall?.opens ?? null)
    backups = await openBackups(work)
    blocking = openBlocking(work)
    network = openNetwork(work)
    detection = await openDetection(work, blocking)
    keys = openKeys(work)
    const http = await startHttp(
      house,
      {
        evidence: evidence.log,
        access,
        backups,
        blocking,
        network,
        detection,
        firewall,
        keys,
        scim: house.demo ? null : provisioning(house, register, () => access?.wake()),
        live,
        signIn,
        demo: house.demo,
        front,
        collectNow: (system) => watch?.collectNow(system),
        changed: (system, kinds) => watch?.changed(system, kinds),
      },
      await openGate({ database: house.database, clock: house.clock, signIn }),
      onDefect,
    )
    signIn.listensOn(http.port)
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
    await (house.demo ? sayHowToWalkIn(house, signIn, lang, say) : sayHowToSetUp(house, signIn.url, lang, say))
    say(
      lang === 'de'
        ? `Bergfried läuft: ${signIn.url}  (Ende mit Strg-C)`
        : `Bergfried is running: ${signIn.url}  (end with Ctrl-C)`,
    )
    const told = telling(live, house, verdicts)
    watch = new Watch(
      house,
      {
        ...told,
        onDefect,
        onJudged: (opened, closed) => {
          log.info({ opened, closed }, 'judged')
          told.onJudged(opened, closed)
        },
        onVerdicts: async (derived) => {
          await statements.consider(derived, house.clock.now())
          told.onStates(derived)
        },
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
    await keys?.stop().catch((error: unknown) => onDefect('keys', error))
    await firewall?.stop().catch((error: unknown) => onDefect('firewall', error))
    await detection?.stop().catch((error: unknown) => onDefect('detection', error))
    await network?.stop().catch((error: unknown) => onDefect('network', error))
    await blocking?.stop().catch((error: unknown) => onDefect('blocking', error))
    await backups?.stop().catch((error: unknown) => onDefect('backups', error))
    await access?.stop().catch((error: unknown) => onDefect('access', error))
    await evidence?.stop().catch((error: unknown) => onDefect('evidence', error))
    await release?.()
    await house.close()
    if (mine) await house.embedded?.stop()
  }
}
