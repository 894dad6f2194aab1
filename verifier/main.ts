import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { KNOWN_LOGS_FILE, type KnownLogs, knownByKey, readKnownLogs, writeKnownLogs } from './known-logs.ts'
import { CannotLook, Refuted } from './refuse.ts'
import { MEANING, reportLines } from './report.ts'
import { type Answer, both, type Lang, type Remembered } from './result.ts'
import { type Outside, pinnedOf, verifyTarget, WrongCall } from './verify-target.ts'

// Runs on plain Node (22.18, 24 or newer), without an installation: node verifier/main.ts https://example.com/trust

const USAGE = both(
  `node verifier/main.ts ADRESSE|DATEI [--log-key SCHLÜSSEL] [--witness SCHLÜSSEL]... [--quorum ZAHL] [--known DATEI] [--lang de|en]
  ADRESSE  die Vertrauensseite, zum Beispiel https://example.com/trust
  DATEI    ein Nachweis (bundle.json) oder eine gespeicherte trust.json
Ende: 0 bewiesen, 1 widerlegt, 2 falscher Aufruf, 3 weder noch.`,
  `node verifier/main.ts ADDRESS|FILE [--log-key KEY] [--witness KEY]... [--quorum NUMBER] [--known FILE] [--lang de|en]
  ADDRESS  the trust page, for example https://example.com/trust
  FILE     a proof (bundle.json) or a saved trust.json
Exit: 0 proved, 1 refuted, 2 wrong usage, 3 neither.`,
)

const EXIT: Record<Answer, number> = { holds: 0, fails: 1, unknown: 3 }

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const complain = (line: string): void => void process.stderr.write(`${line}\n`)

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new CannotLook(both(`${path} lässt sich nicht lesen (${code}).`, `${path} cannot be read (${code}).`))
  }
}

function outsideOf(file: string, known: KnownLogs): Outside {
  return {
    now: new Date(),
    readFile: readText,
    rememberedAt: (place) => known.get(place) ?? null,
    rememberedOf: (verifierKey) => knownByKey(known, verifierKey),
    remember: (place: string, log: Remembered) => writeKnownLogs(file, new Map([...known, [place, log]])),
  }
}

async function run(argv: readonly string[]): Promise<number> {
  let lang: Lang = new Intl.DateTimeFormat().resolvedOptions().locale.startsWith('de') ? 'de' : 'en'
  const text = { type: 'string' } as const
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        'log-key': text,
        witness: { ...text, multiple: true },
        quorum: text,
        known: text,
        lang: text,
        help: { type: 'boolean' },
      },
    })
    if (values.lang === 'de' || values.lang === 'en') lang = values.lang
    const [target] = positionals
    if (target === undefined || positionals.length > 1) {
      ;(values.help === true ? say : complain)(USAGE[lang])
      return values.help === true ? 0 : 2
    }
    const pinned = pinnedOf({ logKey: values['log-key'], witnesses: values.witness, quorum: values.quorum })
    const file = values.known ?? KNOWN_LOGS_FILE
    const { result } = await verifyTarget(target, pinned, outsideOf(file, await readKnownLogs(file)))
    for (const line of [...reportLines(result, lang), '', ...MEANING[lang]]) say(line)
    return EXIT[result.answer]
  } catch (error) {
    if (error instanceof WrongCall || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') === true) {
      complain(`${error instanceof WrongCall ? error.text[lang] : (error as Error).message}\n${USAGE[lang]}`)
      return 2
    }
    const known = error instanceof CannotLook || error instanceof Refuted
    complain(known ? error.text[lang] : ((error as Error).stack ?? String(error)))
    return 3
  }
}

process.exitCode = await run(process.argv.slice(2))
