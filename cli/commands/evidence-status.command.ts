import { openLogReader } from '../../app/log-reader.ts'
import { type LogStanding, logStatus } from '../../capabilities/evidence/export/log-status.ts'
import type { Config } from '../../kernel/config/config.ts'
import { defineCommand, type World } from '../command.ts'
import { CONFIG_OPTION, withHouse } from '../house.ts'
import { oneOf } from '../options.ts'

/** `bergfried evidence status`: how far the log has come, who confirmed it, who keeps its key. */
export const evidenceStatus = defineCommand({
  name: 'evidence status',
  summary: {
    de: 'zeigt, was versiegelt und veröffentlicht ist, wer es bestätigt hat und wer den Schlüssel hält',
    en: 'shows what is sealed and published, who confirmed it and who keeps the key',
  },
  options: {
    ...CONFIG_OPTION,
    format: { type: 'string', value: 'text|json', help: { de: 'Ausgabe', en: 'output' } },
  },
  async run(world, { options }) {
    const format = oneOf(options['format'] ?? 'text', ['text', 'json'], '--format')
    return withHouse(world, options['config'] as string | undefined, async (house) => {
      const log = await openLogReader(house, world.env)
      const status = await logStatus(house.database.stage('bf_audit'), log)
      const keeper = keeperOf(house.config)
      if (format === 'json') world.out(JSON.stringify({ ...status, keeper }, null, 2))
      else print(world, status, keeper)
      return 0
    })
  },
})

type Keeper = 'own' | 'socket' | 'pkcs11'

const keeperOf = ({ keeper }: Config): Keeper =>
  keeper.pkcs11 !== null ? 'pkcs11' : keeper.socket !== null ? 'socket' : 'own'

const KEEPERS = {
  own: {
    de: 'eigener Prozess dieses Servers, Schlüssel in seinem Ordner',
    en: "a process of this server's, key in its folder",
  },
  socket: { de: 'ein Prozess, den jemand anders startet', en: 'a process that somebody else starts' },
  pkcs11: {
    de: 'eigener Prozess, Schlüssel in einem PKCS#11-Token',
    en: 'a process of its own, key in a PKCS#11 token',
  },
} as const

function print(world: World, status: LogStanding, keeper: Keeper): void {
  const de = world.lang === 'de'
  const line = (name: string, value: string | number) => world.out(`${name.padEnd(17)} ${value}`)
  line(de ? 'Protokoll' : 'log', status.origin)
  line(de ? 'Prüfschlüssel' : 'verifier key', status.verifierKey)
  line(de ? 'Verwahrer' : 'keeper', KEEPERS[keeper][world.lang])
  line(de ? 'Einträge' : 'entries', status.entries)
  line(de ? 'unterschrieben' : 'signed', status.pending)
  line(de ? 'veröffentlicht' : 'published', status.sealed)
  line(de ? 'Zeugen nötig' : 'witnesses needed', `${status.quorum} / ${status.witnesses.length}`)
  for (const { name, confirmedAt } of status.witnesses) {
    const when = confirmedAt ?? (de ? 'hat diesen Stand nicht bestätigt' : 'did not confirm this checkpoint')
    world.out(`  ${name}  ${when}`)
  }
}
