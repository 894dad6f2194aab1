import { socketOf } from '../../app/keeper/folders.ts'
import { keeperInput } from '../../app/keeper/from-config.ts'
import { isolationLines } from '../../app/keeper/isolation.ts'
import { startKeeper } from '../../app/keeper/supervise.ts'
import { loadConfig } from '../../kernel/config/config.ts'
import type { Lang } from '../../kernel/i18n/text.ts'
import { defineCommand } from '../command.ts'
import { CONFIG_OPTION } from '../house.ts'

/** Longest wait for a keeper that may not be running at all. */
const TIMEOUT_MS = 3_000

const LABELS = {
  origin: { de: 'Protokoll', en: 'log' },
  verifierKey: { de: 'Prüfschlüssel', en: 'verifier key' },
  key: { de: 'Schlüssel', en: 'public key' },
  last: { de: 'unterschrieben', en: 'signed' },
  counters: { de: 'seit dem Start', en: 'since its start' },
  refusing: { de: 'verweigert', en: 'refuses' },
} as const

/** `bergfried keeper status`: which log the keeper signs, up to where, and how well its keys are shut in. */
export const keeperStatus = defineCommand({
  name: 'keeper status',
  summary: {
    de: 'zeigt Schlüssel und letzten Stand des Schlüsselverwahrers und wie gut er abgeschottet ist',
    en: 'shows the key and the last checkpoint of the keeper and how well it is shut in',
  },
  options: CONFIG_OPTION,
  run: async (world, { options }) => {
    const { lang } = world
    const config = await loadConfig(options['config'] as string | undefined, world.env, world.cwd)
    // The PIN is the keeper's business: this command must not need it.
    const input = await keeperInput({ ...config, keeper: { ...config.keeper, pkcs11: null } }, world.env)
    const socket = input.socket ?? socketOf(input.folder)
    const keeper = await startKeeper({ ...input, socket, timeoutMs: TIMEOUT_MS, onProblem: () => undefined })
    try {
      const status = await keeper.status()
      const line = (label: keyof typeof LABELS, text: string) =>
        world.out(`${LABELS[label][lang].padEnd(LABEL_WIDTH[lang])}  ${text}`)
      line('origin', status.origin)
      line('verifierKey', status.verifierKey)
      for (const key of await keeper.publicKeys()) line('key', `${key.purpose}  ${key.algorithm}  ${key.publicKey}`)
      line('last', status.last === null ? '—' : `${status.last.size}  ${status.last.root}`)
      const names = COUNTERS[lang]
      line('counters', names.map(([name, word]) => `${word} ${status.counters[name]}`).join(', '))
      for (const sentence of isolationLines(keeper.isolation, lang)) world.out(sentence)
      if (status.refusing === null) return 0
      line('refusing', status.refusing[lang])
      return 1
    } finally {
      await keeper.stop()
    }
  },
})

const COUNTERS = {
  de: [
    ['signed', 'unterschrieben'],
    ['repeated', 'wiederholt'],
    ['refused', 'verweigert'],
    ['malformed', 'unverständlich'],
    ['busy', 'vertröstet'],
  ],
  en: [
    ['signed', 'signed'],
    ['repeated', 'repeated'],
    ['refused', 'refused'],
    ['malformed', 'malformed'],
    ['busy', 'put off'],
  ],
} as const

const LABEL_WIDTH: Record<Lang, number> = { de: 14, en: 15 }
