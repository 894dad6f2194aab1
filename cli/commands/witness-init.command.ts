import { systemClock } from '../../kernel/clock/clock.ts'
import { initWitness } from '../../witness/init.ts'
import { INIT_OPTIONS } from '../../witness/options.ts'
import { attempt } from '../../witness/terminal.ts'
import { defineCommand } from '../command.ts'

/** `bergfried witness init --folder F --name witness.example.org/w1`: makes a witness and prints its verifier key. */
export const witnessInit = defineCommand({
  name: 'witness init',
  summary: {
    de: 'legt einen Zeugen für fremde Protokolle an und zeigt seinen Prüfschlüssel',
    en: 'makes a witness for the logs of others and shows its verifier key',
  },
  options: INIT_OPTIONS,
  run(world, { options }) {
    const terminal = { ...world, clock: systemClock }
    return attempt(terminal, () => initWitness(terminal, world.cwd, options))
  },
})
