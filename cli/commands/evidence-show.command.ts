import { resolve } from 'node:path'
import type { House } from '../../app/house.ts'
import { openLogReader } from '../../app/log-reader.ts'
import { type Bundle, bundleOf } from '../../capabilities/evidence/export/bundle.ts'
import { intoFile } from '../../capabilities/evidence/export/file-sink.ts'
import { readEntry } from '../../capabilities/evidence/export/list-entries.ts'
import { viewOf } from '../../capabilities/evidence/export/published-log.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { leafOf, PUBLIC_KIND, type StoredEntry } from '../../kernel/ledger/leaf.ts'
import { defineCommand, type World } from '../command.ts'
import { CONFIG_OPTION, withHouse } from '../house.ts'
import { oneOf, wrongUsage } from '../options.ts'

/** `bergfried evidence show 17 --bundle entry.json`: one entry, and what somebody needs to check it without us. */
export const evidenceShow = defineCommand({
  name: 'evidence show',
  summary: {
    de: 'zeigt einen Eintrag und schreibt ihn auf Wunsch mit Beweis in eine Datei',
    en: 'shows an entry, and writes it with its proof into a file if asked to',
  },
  args: [{ name: 'POSITION', help: { de: 'Nummer des Eintrags', en: 'number of the entry' } }],
  options: {
    ...CONFIG_OPTION,
    bundle: {
      type: 'string',
      value: 'FILE',
      help: {
        de: 'Eintrag, Inhalt und Beweis in diese neue Datei, für `bergfried verify`',
        en: 'entry, body and proof into this new file, for `bergfried verify`',
      },
    },
    format: { type: 'string', value: 'text|json', help: { de: 'Ausgabe', en: 'output' } },
  },
  async run(world, { args, options }) {
    const format = oneOf(options['format'] ?? 'text', ['text', 'json'], '--format')
    const position = positionOf(args[0] ?? '')
    return withHouse(world, options['config'] as string | undefined, async (house) => {
      const entry = await readEntry(house.database.stage('bf_audit'), position)
      const leaf = Buffer.from(leafOf(entry)).toString('utf8')
      if (options['bundle'] !== undefined) {
        const bundle = await sealedBundle(world, house, position, entry, leaf)
        const path = resolve(world.cwd, String(options['bundle']))
        await intoFile(path, (sink) => sink.write(Buffer.from(`${JSON.stringify(bundle, null, 2)}\n`)))
        world.note(path)
      }
      const told = { position, at: entry.at.toISOString(), kind: entry.kind, body: entry.body, leaf }
      if (format === 'json') world.out(JSON.stringify(told, null, 2))
      else for (const [name, value] of Object.entries(told)) world.out(`${name.padEnd(9)} ${value ?? '–'}`)
      return 0
    })
  },
})

async function sealedBundle(
  world: World,
  house: House,
  position: number,
  entry: StoredEntry,
  leaf: string,
): Promise<Bundle> {
  const log = await openLogReader(house, world.env)
  const view = await viewOf(log)
  if (position >= view.checkpoint.size) throw new BergfriedError('evidence.not_sealed', { position })
  const { body, salt, kind } = entry
  const opening = body === null || salt === null || kind === PUBLIC_KIND ? null : { body, salt }
  const bundle = await bundleOf(view, log.identity, position, opening)
  if (bundle.entry !== leaf) {
    throw new BergfriedError('evidence.diverged', {
      reason: `entry ${position} is another one in the database than in the log`,
      reasonDe: `der Eintrag ${position} ist in der Datenbank ein anderer als im Protokoll`,
    })
  }
  return bundle
}

function positionOf(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw wrongUsage(
    `POSITION: „${text}“ ist keine Nummer eines Eintrags.`,
    `POSITION: “${text}” is no number of an entry.`,
  )
}
