import { collectAll, judgeAll, rollUp } from '../../app/cycle.ts'
import type { House } from '../../app/house.ts'
import { jsonReport } from '../../app/json-report.ts'
import { pastVerdicts } from '../../app/past.ts'
import { textReport } from '../../app/report.ts'
import { rowsByCheck } from '../../app/rows-by-check.ts'
import type { State } from '../../kernel/check/roll-up.ts'
import { type ControlVerdict, controlVerdicts } from '../../kernel/check/verdicts.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { defineCommand, type World } from '../command.ts'
import { CONFIG_OPTION, withHouse } from '../house.ts'
import { instantOption, oneOf } from '../options.ts'

/** `bergfried check`: one collection and one judgement, printed. */
export const check = defineCommand({
  name: 'check',
  summary: {
    de: 'liest die Systeme einmal, urteilt und zeigt die Richtlinie mit ihrem Stand',
    en: 'reads the systems once, judges, and shows the policy with its state',
  },
  options: {
    ...CONFIG_OPTION,
    system: {
      type: 'string',
      value: 'NAME',
      multiple: true,
      help: { de: 'nur dieses System', en: 'this system only' },
    },
    control: { type: 'string', value: 'ID', multiple: true, help: { de: 'nur diese Zusage', en: 'this promise only' } },
    format: { type: 'string', value: 'text|json', help: { de: 'Ausgabe', en: 'output' } },
    'fail-on': {
      type: 'string',
      value: 'alarm|error|stale',
      help: { de: 'ab wann der Aufruf scheitert (error)', en: 'from when on the call fails (error)' },
    },
    at: {
      type: 'string',
      value: 'TIME',
      help: {
        de: 'Stand zu einem früheren Zeitpunkt, ISO 8601, aus dem Speicher',
        en: 'state at an earlier instant, ISO 8601, from the store',
      },
    },
    facts: {
      type: 'boolean',
      help: {
        de: 'mit --at: die Fakten von damals mit den heutigen Prüfungen neu beurteilen',
        en: 'with --at: judge the facts of that time anew with the checks of today',
      },
    },
  },
  async run(world, { options }) {
    const format = oneOf(options['format'] ?? 'text', ['text', 'json'], '--format')
    const failOn = oneOf(options['fail-on'] ?? 'error', ['alarm', 'error', 'stale'], '--fail-on')
    const at = options['at'] === undefined ? null : instantOption('--at', String(options['at']))
    return withHouse(
      world,
      options['config'] as string | undefined,
      async (house) => {
        const systems = chosenSystems(house, options['system'] as readonly string[] | undefined)
        const controls = chosenControls(house, options['control'] as readonly string[] | undefined)
        const ids = systems?.map((s) => s.id) ?? null
        const when = at ?? (await look(house, systems, world))
        const { policy, checks } = house
        const reread = at !== null && options['facts'] === true
        const all = reread
          ? await pastVerdicts(house, ids, when)
          : {
              verdicts: await controlVerdicts(house.database.stage('bf_publish'), {
                policy,
                checks,
                systems: ids,
                at: when,
                current: at === null,
              }),
              rows: await rowsByCheck(house, { systems: ids, at: when, current: at === null, fine: false }),
            }
        const verdicts = all.verdicts.filter((v) => controls === null || controls.has(v.control.id))
        if (format === 'json') world.out(JSON.stringify(jsonReport(verdicts, all.rows, when), null, 2))
        else {
          const width = Math.min(process.stdout.columns ?? 100, 120)
          const colour = process.stdout.isTTY === true && world.env.variable('NO_COLOR') === null
          world.out(
            textReport({ lang: world.lang, policy, ...all, verdicts, now: when, most: 10, width, colour }).trimStart(),
          )
        }
        return exitCode(verdicts, failOn)
      },
      { sync: at === null },
    )
  },
})

/** Collects and judges; progress on standard error. Returns the instant that the verdicts speak of. */
async function look(house: House, systems: House['watched'] | null, world: World): Promise<Date> {
  await collectAll(house, {
    withSlow: true,
    signal: world.signal,
    ...(systems === null ? {} : { systems }),
    onCollected: ({ system, failures, milliseconds }) => {
      const failed =
        failures.size === 0
          ? ''
          : world.lang === 'de'
            ? `, ${failures.size} nicht lesbar`
            : `, ${failures.size} unreadable`
      world.note(`${world.lang === 'de' ? 'gelesen' : 'read'}: ${system.name} (${milliseconds} ms${failed})`)
    },
    onDefect: (connector, error) => world.note(`${connector}: ${error instanceof Error ? error.stack : String(error)}`),
  })
  const { seen, opened, closed } = await judgeAll(house, 'command')
  await rollUp(house)
  world.note(
    world.lang === 'de'
      ? `beurteilt: ${seen} Zeilen, ${opened} neu, ${closed} beendet`
      : `judged: ${seen} rows, ${opened} new, ${closed} ended`,
  )
  return house.clock.now()
}

function chosenSystems(house: House, names: readonly string[] | undefined): House['watched'] | null {
  if (names === undefined) return null
  return names.map((name) => {
    const found = house.watched.find((s) => s.name === name)
    if (found === undefined) throw new BergfriedError('system.unknown', { system: name })
    return found
  })
}

function chosenControls(house: House, ids: readonly string[] | undefined): ReadonlySet<string> | null {
  if (ids === undefined) return null
  for (const id of ids) {
    if (!house.policy.controls.some((c) => c.id === id)) throw new BergfriedError('control.unknown', { control: id })
  }
  return new Set(ids)
}

/** Does not hold is worse than could not look. Promises that nobody measures do not fail the call: they are told. */
export function exitCode(
  verdicts: readonly Pick<ControlVerdict, 'state'>[],
  failOn: 'alarm' | 'error' | 'stale',
): number {
  const states = new Set<State>(verdicts.map((v) => v.state))
  if (states.has('alarm')) return 1
  if (failOn !== 'alarm' && states.has('error')) return 3
  return failOn === 'stale' && states.has('stale') ? 3 : 0
}
