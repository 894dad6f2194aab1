import { systemClock } from '../../kernel/clock/clock.ts'
import { RUN_OPTIONS } from '../../witness/options.ts'
import { runWitness } from '../../witness/run.ts'
import { attempt } from '../../witness/terminal.ts'
import { defineCommand } from '../command.ts'

/** `bergfried witness run --folder F --logs FILE`: confirms what grows from what it confirmed before, until it is ended. */
export const witnessRun = defineCommand({
  name: 'witness run',
  summary: {
    de: 'bezeugt, dass Protokolle nur wachsen, bis er beendet wird',
    en: 'witnesses that logs only grow, until it is ended',
  },
  options: RUN_OPTIONS,
  run(world, { options }) {
    const terminal = { ...world, clock: systemClock }
    return attempt(terminal, () => runWitness(terminal, world.cwd, options))
  },
})
