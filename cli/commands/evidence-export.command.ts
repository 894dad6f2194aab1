import { resolve } from 'node:path'
import type { House } from '../../app/house.ts'
import { openLogReader } from '../../app/log-reader.ts'
import { exportPack } from '../../capabilities/evidence/export/export-pack.ts'
import { intoFile } from '../../capabilities/evidence/export/file-sink.ts'
import { writeOcsf } from '../../capabilities/evidence/export/ocsf/write-ocsf.ts'
import { writeOscal } from '../../capabilities/evidence/export/oscal/oscal-results.ts'
import { recordExport } from '../../capabilities/evidence/export/record-export.ts'
import type { Sink } from '../../capabilities/evidence/export/sink.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { defineCommand, type Invocation, type World } from '../command.ts'
import { CONFIG_OPTION, withHouse } from '../house.ts'
import { instantOption, oneOf, required, wrongUsage } from '../options.ts'
import { caller } from '../person.ts'

type Options = Invocation['options']

/** `bergfried evidence export`: an auditor's pack, or the state in a format that others read. */
export const evidenceExport = defineCommand({
  name: 'evidence export',
  summary: {
    de: 'schreibt ein Prüfpaket, das ohne uns nachprüfbar ist, oder den Stand als OSCAL oder OCSF',
    en: "writes an auditor's pack that can be checked without us, or the state as OSCAL or OCSF",
  },
  options: {
    ...CONFIG_OPTION,
    format: { type: 'string', value: 'pack|oscal|ocsf', help: { de: 'was (pack)', en: 'what (pack)' } },
    from: {
      type: 'string',
      value: 'TIME',
      help: { de: 'Beginn des Zeitraums (pack)', en: 'beginning of the window (pack)' },
    },
    to: {
      type: 'string',
      value: 'TIME',
      help: {
        de: 'Ende des Zeitraums; bei oscal und ocsf: Stand zu dieser Zeit',
        en: 'end of the window; of oscal and ocsf: state at that time',
      },
    },
    controls: { type: 'string', value: 'ID,ID', help: { de: 'nur diese Zusagen', en: 'these promises only' } },
    out: { type: 'string', value: 'FILE', help: { de: 'neue Datei', en: 'new file' } },
    seed: {
      type: 'string',
      value: 'TEXT',
      help: { de: 'gleich eine Stichprobe ziehen (pack)', en: 'draw a sample at once (pack)' },
    },
    count: { type: 'string', value: 'N', help: { de: 'Umfang der Stichprobe (25)', en: 'size of the sample (25)' } },
    kind: {
      type: 'string',
      value: 'KIND',
      help: { de: 'nur Einträge dieser Art ziehen', en: 'draw entries of this kind only' },
    },
    'open-personal': {
      type: 'boolean',
      help: {
        de: 'auch im Klartext, was über Personen gesagt ist; wird im Nachweis festgehalten (pack)',
        en: 'also in clear what is said of people; recorded in the evidence (pack)',
      },
    },
  },
  async run(world, { options }) {
    const format = oneOf(options['format'] ?? 'pack', ['pack', 'oscal', 'ocsf'], '--format')
    const out = resolve(world.cwd, required(options, 'out'))
    const controls = options['controls'] === undefined ? null : String(options['controls']).split(',').filter(Boolean)
    return withHouse(world, options['config'] as string | undefined, (house) =>
      format === 'pack'
        ? packInto(world, house, out, controls, options)
        : stateInto(world, house, out, controls, format, options),
    )
  },
})

async function packInto(
  world: World,
  house: House,
  out: string,
  controls: readonly string[] | null,
  options: Options,
): Promise<number> {
  const from = firstInstant(required(options, 'from'))
  const to = options['to'] === undefined ? house.clock.now() : instantOption('--to', String(options['to']))
  const openPersonal = options['open-personal'] === true
  const sample = sampleOf(options)
  const { policy, checks, database } = house
  const log = await openLogReader(house, world.env)
  const audit = database.stage('bf_audit')
  const input = { audit, log, policy, checks, from, to, controls, openPersonal, sample }
  const pack = await intoFile(
    out,
    (sink) => exportPack(input, sink),
    async (made) => {
      if (openPersonal) await recordExport(database.stage('bf_desk'), caller(world), house.clock.now(), made)
    },
  )
  const { counts, files } = pack.manifest
  world.out(`${pack.sha256}  ${out}`)
  world.note(
    world.lang === 'de'
      ? `${counts.leaves} Einträge, ${files} Dateien, ${pack.bytes} Bytes. Prüfen: bergfried verify ${out}`
      : `${counts.leaves} entries, ${files} files, ${pack.bytes} bytes. To check: bergfried verify ${out}`,
  )
  if (counts.inexact > 0) {
    world.note(
      world.lang === 'de'
        ? `${counts.inexact} Fakten sind nicht mehr die, die gelesen wurden: das Paket wird die Prüfung nicht bestehen.`
        : `${counts.inexact} facts are no longer those that were read: the pack will not verify.`,
    )
    return 1
  }
  return 0
}

async function stateInto(
  world: World,
  house: House,
  out: string,
  controls: readonly string[] | null,
  format: 'oscal' | 'ocsf',
  options: Options,
): Promise<number> {
  for (const name of ['from', 'seed', 'count', 'kind', 'open-personal']) {
    if (options[name] !== undefined)
      throw wrongUsage(`--${name} gehört zu --format pack.`, `--${name} belongs to --format pack.`)
  }
  const current = options['to'] === undefined
  const at = current ? house.clock.now() : instantOption('--to', String(options['to']))
  const { policy, checks, database } = house
  const identity = await openLogReader(house, world.env).then(
    (log) => log.identity,
    (error: unknown) => {
      // Without a log there is a state all the same.
      if (error instanceof BergfriedError && error.code === 'evidence.not_sealed') return null
      throw error
    },
  )
  const input = { audit: database.stage('bf_audit'), policy, checks, controls, at, current, identity }
  const write = (sink: Sink) => (format === 'oscal' ? writeOscal(input, sink) : writeOcsf(input, sink))
  await intoFile(out, write)
  world.out(out)
  return 0
}

function sampleOf(options: Options) {
  if (options['seed'] === undefined) {
    for (const name of ['count', 'kind']) {
      if (options[name] !== undefined) throw wrongUsage(`--${name} braucht --seed.`, `--${name} needs --seed.`)
    }
    return null
  }
  return { seed: required(options, 'seed'), count: countOption(options), kind: String(options['kind'] ?? '*') }
}

function countOption(options: Options): number {
  const text = String(options['count'] ?? '25')
  const count = Number(text)
  if (!/^\d{1,6}$/.test(text) || count < 1 || count > 100_000) {
    throw wrongUsage(
      `--count: „${text}“ ist keine Zahl von 1 bis 100000.`,
      `--count: “${text}” is no number from 1 to 100000.`,
    )
  }
  return count
}

/** A day means its first instant here. */
const firstInstant = (text: string): Date =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) ? instantOption('--from', `${text}T00:00Z`) : instantOption('--from', text)
