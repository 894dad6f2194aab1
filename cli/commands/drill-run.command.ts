import { recordDrills } from '../../app/drills/record-drills.ts'
import type { House } from '../../app/house.ts'
import type { Drill } from '../../kernel/drill/drill.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { defineCommand } from '../command.ts'
import { CONFIG_OPTION, withHouse } from '../house.ts'
import { wrongUsage } from '../options.ts'

/** `bergfried drill run --sandbox`: breaks controls in throw-away systems and watches whether their checks turn red. */
export const drillRun = defineCommand({
  name: 'drill run',
  summary: {
    de: 'bricht Zusagen in Wegwerf-Systemen und misst, ob und wie schnell ihre Prüfungen rot werden',
    en: 'breaks promises in throw-away systems and measures whether and how fast their checks turn red',
  },
  options: {
    ...CONFIG_OPTION,
    sandbox: {
      type: 'boolean',
      help: {
        de: 'in Wegwerf-Systemen (andere gibt es noch nicht)',
        en: 'in throw-away systems (there are no others yet)',
      },
    },
    control: {
      type: 'string',
      value: 'ID',
      multiple: true,
      help: { de: 'nur die Prüfungen dieser Zusage', en: 'the checks of this promise only' },
    },
    check: { type: 'string', value: 'ID', multiple: true, help: { de: 'nur diese Prüfung', en: 'this check only' } },
  },
  run: (world, { options }) =>
    withHouse(world, options['config'] as string | undefined, async (house) => {
      if (options['sandbox'] !== true)
        throw wrongUsage(
          'Übungen laufen nur in Wegwerf-Systemen: --sandbox angeben.',
          'Drills run in throw-away systems only: add --sandbox.',
        )
      // Loaded here alone: other commands need no sandboxes.
      const { DRILLS } = await import('../../app/drills.generated.ts')
      const { runDrills } = await import('../../app/drills/run-drills.ts')
      const drills = chosen(
        DRILLS,
        house,
        options['control'] as readonly string[] | undefined,
        options['check'] as readonly string[] | undefined,
      )
      const { results, skipped } = await runDrills({
        ...house,
        drills,
        onResult: (r) => {
          const fine = r.turnedRed && r.turnedGreen
          const times = `${r.redMs ?? '–'} ms / ${r.greenMs ?? '–'} ms`
          world.out(
            `${fine ? '●' : '▲'} ${r.check.padEnd(46)} ${times}${r.problem === null ? '' : `\n    ${r.problem}`}`,
          )
        },
        onSkip: (drill, needs) =>
          world.out(`· ${drill.check.padEnd(46)} ${world.lang === 'de' ? 'braucht' : 'needs'} ${needs}`),
      })
      await recordDrills(house, results)
      const passed = results.filter((r) => r.turnedRed && r.turnedGreen).length
      const red = results.filter((r) => r.turnedRed).length
      const score = results.length === 0 ? 0 : Math.floor((100 * red) / results.length)
      world.out('')
      for (const [control, own] of byControl(house, results)) {
        const held = own.filter((r) => r.turnedRed && r.turnedGreen).length
        world.out(`${control.padEnd(8)} ${held}/${own.length}`)
      }
      world.out(
        world.lang === 'de'
          ? `Mutationswert ${score} % (${red} von ${results.length} wurden rot, ${passed} wieder grün, ${skipped.length} nicht möglich)`
          : `mutation score ${score} % (${red} of ${results.length} turned red, ${passed} green again, ${skipped.length} not possible)`,
      )
      if (passed < results.length) return 1
      return results.length === 0 || skipped.length > 0 ? 3 : 0
    }),
})

function chosen(
  all: readonly Drill[],
  house: House,
  controls: readonly string[] | undefined,
  checks: readonly string[] | undefined,
): readonly Drill[] {
  for (const id of controls ?? []) {
    if (!house.policy.controls.some((c) => c.id === id)) throw new BergfriedError('control.unknown', { control: id })
  }
  for (const id of checks ?? []) if (!house.checks.has(id)) throw new BergfriedError('check.unknown', { check: id })
  if (controls === undefined && checks === undefined) return all
  const wanted = new Set([
    ...(checks ?? []),
    ...house.policy.controls.filter((c) => controls?.includes(c.id) === true).flatMap((c) => c.checks),
  ])
  return all.filter((drill) => wanted.has(drill.check))
}

function byControl<R extends { readonly check: string }>(
  house: House,
  results: readonly R[],
): readonly (readonly [string, readonly R[]])[] {
  return house.policy.controls.flatMap((control) => {
    const own = results.filter((r) => control.checks.includes(r.check))
    return own.length === 0 ? [] : [[control.id, own] as const]
  })
}
