import { systemClock } from '../../kernel/clock/clock.ts'
import { SHOW_OPTIONS } from '../../witness/options.ts'
import { showWitness } from '../../witness/show.ts'
import { attempt } from '../../witness/terminal.ts'
import { defineCommand } from '../command.ts'

/** `bergfried witness show --folder F`: who the witness is, what it has seen, and what speaks against a log. */
export const witnessShow = defineCommand({
  name: 'witness show',
  summary: {
    de: 'zeigt Schlüssel und Stände eines Zeugen und was gegen ein Protokoll spricht',
    en: 'shows keys and checkpoints of a witness and what speaks against a log',
  },
  options: SHOW_OPTIONS,
  run(world, { options }) {
    const terminal = { ...world, clock: systemClock }
    return attempt(terminal, () => showWitness(terminal, world.cwd, options))
  },
})
