import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { judgeAll, rollUp } from '../../app/cycle.ts'
import { REGISTER_KINDS, type RegisterKind } from '../../capabilities/people/contract.ts'
import { parseRegister } from '../../capabilities/people/register-csv.ts'
import { readRegister, storeRegister } from '../../capabilities/people/store.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { defineCommand, type World } from '../command.ts'
import { CONFIG_OPTION, withHouse } from '../house.ts'
import { wrongUsage } from '../options.ts'
import { KIND_OPTIONS } from '../register-kinds.ts'

/** `bergfried register import --people FILE …`: takes CSV files into the register; each kind given replaces the stored one. */
export const registerImport = defineCommand({
  name: 'register import',
  summary: {
    de: 'übernimmt Personen, Dienste, Konten, Freigaben und Schlüssel aus CSV-Dateien',
    en: 'takes people, services, accounts, entitlements and keys from CSV files',
  },
  options: {
    ...CONFIG_OPTION,
    people: { type: 'string', value: 'FILE', help: { de: 'Personen', en: 'people' } },
    services: { type: 'string', value: 'FILE', help: { de: 'Dienstkonten', en: 'service accounts' } },
    accounts: { type: 'string', value: 'FILE', help: { de: 'wem welches Konto gehört', en: 'whose which account is' } },
    entitlements: { type: 'string', value: 'FILE', help: { de: 'Freigaben', en: 'entitlements' } },
    keys: { type: 'string', value: 'FILE', help: { de: 'hinterlegte SSH-Schlüssel', en: 'enrolled SSH keys' } },
  },
  async run(world, { options }) {
    const files: { [K in RegisterKind]?: { file: string; content: Buffer } } = {}
    for (const kind of REGISTER_KINDS) {
      const path = options[KIND_OPTIONS[kind]]
      if (typeof path === 'string') files[kind] = await readCsv(world, path)
    }
    if (Object.keys(files).length === 0) {
      throw wrongUsage(
        'Mindestens eine Datei angeben, zum Beispiel --people personen.csv.',
        'Name at least one file, for example --people people.csv.',
      )
    }
    return withHouse(world, options['config'] as string | undefined, async (house) => {
      const system = house.systems.find((s) => s.kind === 'register')
      if (system === undefined) throw new BergfriedError('system.unknown', { system: 'register' })
      const collect = house.database.stage('bf_collect')
      const register = parseRegister(files, await readRegister(collect, system))
      const changed = await storeRegister(collect, house.clock, system, register)
      if (changed.length > 0) {
        await judgeAll(house, 'collection')
        await rollUp(house)
      }
      for (const kind of REGISTER_KINDS) world.out(`${KIND_OPTIONS[kind].padEnd(14)} ${register[kind].length}`)
      return 0
    })
  },
})

async function readCsv(world: World, path: string): Promise<{ file: string; content: Buffer }> {
  const file = resolve(world.cwd, path)
  try {
    return { file: basename(file), content: await readFile(file) }
  } catch (error) {
    throw new BergfriedError('config.missing', { file }, { cause: error })
  }
}
