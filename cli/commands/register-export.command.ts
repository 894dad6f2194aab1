import { REGISTER_KINDS } from '../../capabilities/people/contract.ts'
import { registerCsv, templateCsv } from '../../capabilities/people/register-csv.ts'
import { readRegister } from '../../capabilities/people/store.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { defineCommand } from '../command.ts'
import { CONFIG_OPTION, withHouse } from '../house.ts'
import { oneOf } from '../options.ts'
import { KIND_OPTIONS } from '../register-kinds.ts'

/** `bergfried register export people`: one kind of the register as CSV; `--template` its header line alone. */
export const registerExport = defineCommand({
  name: 'register export',
  summary: {
    de: 'gibt eine Art des Registers als CSV aus, so wie der Import sie liest',
    en: 'prints one kind of the register as CSV, as the import reads it',
  },
  args: [
    { name: 'KIND', help: { de: Object.values(KIND_OPTIONS).join(', '), en: Object.values(KIND_OPTIONS).join(', ') } },
  ],
  options: {
    ...CONFIG_OPTION,
    template: { type: 'boolean', help: { de: 'nur die Kopfzeile', en: 'the header line only' } },
  },
  async run(world, { args, options }) {
    const word = oneOf(args[0], Object.values(KIND_OPTIONS), 'KIND')
    const kind = REGISTER_KINDS.find((k) => KIND_OPTIONS[k] === word)
    if (kind === undefined) throw new BergfriedError('usage.invalid', { reason: word })
    if (options['template'] === true) {
      world.out(templateCsv(kind, world.lang).trimEnd())
      return 0
    }
    return withHouse(world, options['config'] as string | undefined, async (house) => {
      const system = house.systems.find((s) => s.kind === 'register')
      if (system === undefined) throw new BergfriedError('system.unknown', { system: 'register' })
      const register = await readRegister(house.database.stage('bf_collect'), system)
      world.out(registerCsv(kind, register[kind] as never, world.lang).trimEnd())
      return 0
    })
  },
})
