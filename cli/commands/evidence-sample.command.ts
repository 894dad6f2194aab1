import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { samplePackFile } from '../../capabilities/evidence/export/sample-pack-file.ts'
import { defineCommand } from '../command.ts'
import { oneOf, required, wrongUsage } from '../options.ts'

/** `bergfried evidence sample`: draws items from a pack by a seed that nobody could know when it was made. */
export const evidenceSample = defineCommand({
  name: 'evidence sample',
  summary: {
    de: 'prüft ein Paket und zieht daraus eine Stichprobe, die jeder nachziehen kann',
    en: 'checks a pack and draws a sample from it that everybody can draw again',
  },
  options: {
    pack: { type: 'string', value: 'FILE', help: { de: 'das Paket', en: 'the pack' } },
    seed: {
      type: 'string',
      value: 'TEXT',
      help: {
        de: 'Startwert, etwa öffentliche Lottozahlen von morgen',
        en: "seed, for example tomorrow's public lottery numbers",
      },
    },
    count: { type: 'string', value: 'N', help: { de: 'wie viele (25)', en: 'how many (25)' } },
    kind: { type: 'string', value: 'KIND', help: { de: 'nur Einträge dieser Art', en: 'entries of this kind only' } },
    population: {
      type: 'string',
      value: 'opened|leaves',
      help: {
        de: 'aus den geöffneten Einträgen oder aus allen des Zeitraums (opened)',
        en: 'from the opened entries or from all of the window (opened)',
      },
    },
    'log-key': {
      type: 'string',
      value: 'KEY',
      help: { de: 'Prüfschlüssel des Protokolls', en: 'verifier key of the log' },
    },
    witness: {
      type: 'string',
      value: 'KEY',
      multiple: true,
      help: { de: 'Prüfschlüssel eines Zeugen', en: 'verifier key of a witness' },
    },
    quorum: {
      type: 'string',
      value: 'N',
      help: { de: 'wie viele Zeugen (alle genannten)', en: 'how many witnesses (all that are named)' },
    },
    out: {
      type: 'string',
      value: 'FOLDER',
      help: {
        de: 'jeden gezogenen Eintrag als Datei mit Beweis dorthin',
        en: 'each drawn entry as a file with its proof into this folder',
      },
    },
    format: { type: 'string', value: 'text|json', help: { de: 'Ausgabe', en: 'output' } },
  },
  async run(world, { options }) {
    const format = oneOf(options['format'] ?? 'text', ['text', 'json'], '--format')
    const question = {
      seed: required(options, 'seed'),
      count: whole('--count', options['count'] ?? '25', 1),
      kind: String(options['kind'] ?? '*'),
      from: oneOf(options['population'] ?? 'opened', ['opened', 'leaves'], '--population'),
    }
    const path = resolve(world.cwd, required(options, 'pack'))
    const { population, items, report } = await samplePackFile(path, keysFrom(options), question)
    if (options['out'] !== undefined) {
      const folder = resolve(world.cwd, String(options['out']))
      await mkdir(folder, { recursive: true })
      for (const { position, bundle } of items)
        await writeFile(join(folder, `${position}.json`), JSON.stringify(bundle))
    }
    const told = items.map(({ position, at, kind, bundle }) => ({
      position,
      at,
      kind,
      opened: bundle.opening !== undefined || kind === 'statement',
    }))
    if (format === 'json') {
      world.out(JSON.stringify({ pack: report.sha256, ...question, population, items: told }, null, 2))
      return 0
    }
    for (const remark of report.remarks) world.note(`! ${remark[world.lang]}`)
    world.note(
      world.lang === 'de'
        ? `${items.length} von ${population} gezogen, jeder einzeln bewiesen`
        : `${items.length} of ${population} drawn, each proved alone`,
    )
    for (const { position, at, kind, opened } of told) {
      const closed = opened ? '' : world.lang === 'de' ? '  (nicht geöffnet)' : '  (not opened)'
      world.out(`${String(position).padStart(10)}  ${at}  ${kind}${closed}`)
    }
    return 0
  },
})

function whole(option: string, value: unknown, least: number): number {
  const text = String(value)
  const number = Number(text)
  if (!/^\d{1,6}$/.test(text) || number < least) {
    throw wrongUsage(
      `${option}: „${text}“ ist keine Zahl ab ${least}.`,
      `${option}: “${text}” is no number from ${least} on.`,
    )
  }
  return number
}

/** The keys that the caller knows; null: those of the pack. */
function keysFrom(options: Readonly<Record<string, unknown>>) {
  const witnesses = (options['witness'] ?? []) as readonly string[]
  if (options['log-key'] === undefined) {
    if (witnesses.length > 0 || options['quorum'] !== undefined) {
      throw wrongUsage('--witness und --quorum brauchen --log-key.', '--witness and --quorum need --log-key.')
    }
    return null
  }
  const quorum = options['quorum'] === undefined ? witnesses.length : whole('--quorum', options['quorum'], 0)
  return { log: required(options, 'log-key'), witnesses, quorum }
}
