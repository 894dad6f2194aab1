import { listEntries } from '../../capabilities/evidence/export/list-entries.ts'
import { defineCommand } from '../command.ts'
import { CONFIG_OPTION, withHouse } from '../house.ts'
import { instantOption, oneOf, wrongUsage } from '../options.ts'

/** `bergfried evidence list`: entries of the evidence, newest first. */
export const evidenceList = defineCommand({
  name: 'evidence list',
  summary: {
    de: 'zeigt die Einträge des Nachweises, neueste zuerst',
    en: 'shows the entries of the evidence, newest first',
  },
  options: {
    ...CONFIG_OPTION,
    kind: { type: 'string', value: 'KIND', multiple: true, help: { de: 'nur diese Art', en: 'this kind only' } },
    from: { type: 'string', value: 'TIME', help: { de: 'ab da', en: 'from then on' } },
    to: { type: 'string', value: 'TIME', help: { de: 'bis dahin', en: 'until then' } },
    before: {
      type: 'string',
      value: 'POSITION',
      help: { de: 'nur ältere als dieser', en: 'older ones than this only' },
    },
    limit: {
      type: 'string',
      value: 'N',
      help: { de: 'so viele (50, höchstens 10000)', en: 'so many (50, at most 10000)' },
    },
    format: { type: 'string', value: 'text|json', help: { de: 'Ausgabe', en: 'output' } },
  },
  async run(world, { options }) {
    const format = oneOf(options['format'] ?? 'text', ['text', 'json'], '--format')
    const question = {
      kinds: (options['kind'] as readonly string[] | undefined) ?? null,
      from: options['from'] === undefined ? null : instantOption('--from', String(options['from'])),
      to: options['to'] === undefined ? null : instantOption('--to', String(options['to'])),
      before: options['before'] === undefined ? null : whole('--before', options['before'], Number.MAX_SAFE_INTEGER),
      limit: whole('--limit', options['limit'] ?? '50', 10_000),
    }
    return withHouse(world, options['config'] as string | undefined, async (house) => {
      const entries = await listEntries(house.database.stage('bf_publish'), question)
      if (format === 'json') {
        world.out(JSON.stringify({ entries }, null, 2))
        return 0
      }
      for (const { position, at, kind, body } of entries) {
        const told = body === null ? (world.lang === 'de' ? '(nur im Protokoll)' : '(in the log only)') : body
        world.out(`${String(position).padStart(10)}  ${at}  ${kind.padEnd(13)} ${told.slice(0, 100)}`)
      }
      return 0
    })
  },
})

function whole(option: string, value: unknown, most: number): number {
  const text = String(value)
  if (!/^\d{1,16}$/.test(text) || Number(text) > most) {
    throw wrongUsage(
      `${option}: „${text}“ ist keine Zahl bis ${most}.`,
      `${option}: “${text}” is no number up to ${most}.`,
    )
  }
  return Number(text)
}
