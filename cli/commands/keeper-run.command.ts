import { resolve } from 'node:path'
import { keeperInput } from '../../app/keeper/from-config.ts'
import { isolationLines } from '../../app/keeper/isolation.ts'
import { startKeeper } from '../../app/keeper/supervise.ts'
import { loadConfig } from '../../kernel/config/config.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { defineCommand } from '../command.ts'
import { CONFIG_OPTION } from '../house.ts'

/** `bergfried keeper run`: the keeper by itself, under an account that the server does not have. */
export const keeperRun = defineCommand({
  name: 'keeper run',
  summary: {
    de: 'führt den Schlüsselverwahrer für sich aus, etwa unter einem eigenen Konto',
    en: 'runs the keeper of the keys by itself, for example under an account of its own',
  },
  options: {
    ...CONFIG_OPTION,
    folder: {
      type: 'string',
      value: 'FOLDER',
      help: { de: 'sein Ordner (keeper im Datenordner)', en: 'its folder (keeper in the data folder)' },
    },
    group: {
      type: 'string',
      value: 'GROUP',
      help: { de: 'wessen Mitglieder sich verbinden dürfen', en: 'whose members may connect' },
    },
    'with-network': {
      type: 'boolean',
      help: {
        de: 'lässt ihm das Netz, für ein Token, das nur darüber erreichbar ist',
        en: 'leaves it the network, for a token that can be reached by it alone',
      },
    },
  },
  run: async (world, { options }) => {
    const config = await loadConfig(options['config'] as string | undefined, world.env, world.cwd)
    const input = await keeperInput(config, world.env)
    const folder = options['folder'] as string | undefined
    const keeper = await startKeeper({
      ...input,
      socket: null,
      folder: folder === undefined ? input.folder : resolve(world.cwd, folder),
      group: (options['group'] as string | undefined) ?? null,
      network: options['with-network'] === true,
      onProblem: (error) => world.note(error instanceof BergfriedError ? error.sentence(world.lang) : String(error)),
    })
    try {
      const [log, key] = world.lang === 'de' ? ['Protokoll', 'Prüfschlüssel'] : ['log', 'verifier key']
      world.out(`${log.padEnd(15)}${keeper.signer.origin}`)
      world.out(`${key.padEnd(15)}${keeper.signer.verifierKey}`)
      world.out(`${'socket'.padEnd(15)}${keeper.socket}`)
      for (const line of isolationLines(keeper.isolation, world.lang)) world.out(line)
      await aborted(world.signal)
    } finally {
      await keeper.stop()
    }
    return 0
  },
})

/** Resolves when the process is told to end; keeps it up until then. */
const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const up = setInterval(() => undefined, 60_000)
    const done = () => {
      clearInterval(up)
      resolve()
    }
    if (signal.aborted) done()
    else signal.addEventListener('abort', done, { once: true })
  })
