import { resolve } from 'node:path'
import { keeperInput } from '../../app/keeper/from-config.ts'
import { recoverKeeper } from '../../app/keeper/recover.ts'
import { loadConfig } from '../../kernel/config/config.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { readBounded } from '../../kernel/yaml/read-bounded.ts'
import { defineCommand } from '../command.ts'
import { CONFIG_OPTION } from '../house.ts'
import { wrongUsage } from '../options.ts'

/** `bergfried keeper recover --checkpoint FILE`: tells a keeper that lost its state what it signed last. */
export const keeperRecover = defineCommand({
  name: 'keeper recover',
  summary: {
    de: 'sagt einem Schlüsselverwahrer, der seinen Zustand verlor, was er zuletzt unterschrieb',
    en: 'tells a keeper that lost its state what it signed last',
  },
  options: {
    ...CONFIG_OPTION,
    folder: {
      type: 'string',
      value: 'FOLDER',
      help: { de: 'sein Ordner (keeper im Datenordner)', en: 'its folder (keeper in the data folder)' },
    },
    checkpoint: {
      type: 'string',
      value: 'FILE',
      help: {
        de: 'der neueste Stand, den irgendwer hat, am besten von einem Zeugen',
        en: 'the newest checkpoint that anybody has, at best from a witness',
      },
    },
    'never-signed': {
      type: 'boolean',
      help: { de: 'der Schlüssel hat noch nie unterschrieben', en: 'the key has never signed anything' },
    },
  },
  run: async (world, { options }) => {
    const file = options['checkpoint'] as string | undefined
    if ((file === undefined) !== (options['never-signed'] === true)) {
      throw wrongUsage(
        'Entweder --checkpoint DATEI oder --never-signed. Ein zu alter Stand lässt zwei Geschichten zu.',
        'Either --checkpoint FILE or --never-signed. A checkpoint that is too old allows two histories.',
      )
    }
    const config = await loadConfig(options['config'] as string | undefined, world.env, world.cwd)
    const input = await keeperInput(config, world.env)
    const folder = options['folder'] as string | undefined
    const note = file === undefined ? null : await readNote(resolve(world.cwd, file))
    const size = await recoverKeeper(
      { ...input, folder: folder === undefined ? input.folder : resolve(world.cwd, folder) },
      note,
    )
    const told = size ?? 0
    world.out(
      world.lang === 'de'
        ? `Verzeichnet: unterschrieben bis Größe ${told}. Den Server jetzt starten.`
        : `On record: signed up to size ${told}. Start the server now.`,
    )
    return 0
  },
})

async function readNote(path: string): Promise<string> {
  const read = await readBounded(path)
  if ('source' in read) return read.source
  throw new BergfriedError('config.missing', { file: path })
}
