import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { systemClock } from '../../kernel/clock/clock.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { KNOWN_LOGS_FILE, knownByKey, readKnownLogs, writeKnownLogs } from '../../verifier/known-logs.ts'
import { CannotLook, Refuted } from '../../verifier/refuse.ts'
import { MEANING, reportLines } from '../../verifier/report.ts'
import { type Answer, both } from '../../verifier/result.ts'
import { type Outside, pinnedOf, verifyTarget, WrongCall } from '../../verifier/verify-target.ts'
import { defineCommand } from '../command.ts'
import { oneOf, wrongUsage } from '../options.ts'
import { verifyPackFile } from '../verify-pack.ts'

const EXIT: Record<Answer, number> = { holds: 0, fails: 1, unknown: 3 }

/** `bergfried verify URL|FILE`: the functions of `verifier/`, which also runs without this product. */
export const verify = defineCommand({
  name: 'verify',
  summary: {
    de: 'prüft eine Vertrauensseite oder einen Nachweis gegen das Protokoll',
    en: 'verifies a trust page or a proof against the log',
  },
  args: [
    {
      name: 'TARGET',
      help: {
        de: 'Adresse wie https://example.com/trust, oder eine Datei: bundle.json, trust.json, pack.tar',
        en: 'address such as https://example.com/trust, or a file: bundle.json, trust.json, pack.tar',
      },
    },
  ],
  options: {
    'log-key': {
      type: 'string',
      value: 'KEY',
      help: { de: 'Schlüssel des Protokolls, auf anderem Weg bekommen', en: 'key of the log, got by another way' },
    },
    witness: {
      type: 'string',
      value: 'KEY',
      multiple: true,
      help: { de: 'Zeuge, dem geglaubt wird (mehrfach)', en: 'witness to believe (several)' },
    },
    quorum: {
      type: 'string',
      value: 'NUMBER',
      help: { de: 'wie viele Zeugen es sein müssen', en: 'how many witnesses there must be' },
    },
    known: {
      type: 'string',
      value: 'FILE',
      help: {
        de: 'was von Protokollen gemerkt wird (~/.config/bergfried/known-logs.json)',
        en: 'what is remembered of logs (~/.config/bergfried/known-logs.json)',
      },
    },
    format: { type: 'string', value: 'text|json', help: { de: 'Form der Ausgabe', en: 'form of the output' } },
  },
  async run(world, { args, options }) {
    const format = oneOf(options['format'] ?? 'text', ['text', 'json'], '--format')
    const target = args[0] ?? ''
    const known = options['known'] as string | undefined
    const file = known === undefined ? KNOWN_LOGS_FILE : resolve(world.cwd, known)
    const given = {
      logKey: options['log-key'] as string | undefined,
      witnesses: options['witness'] as readonly string[] | undefined,
      quorum: options['quorum'] as string | undefined,
    }
    const pinned = await translated(target, async () => pinnedOf(given))
    if (target.endsWith('.tar')) {
      const { logKey: log, witnesses = [], quorum } = given
      const keys =
        log === undefined ? null : { log, witnesses, quorum: quorum === undefined ? witnesses.length : Number(quorum) }
      return verifyPackFile(world, { path: target, keys, known: file, format })
    }
    const outside = await outsideOf(world.cwd, file)
    const { result, place } = await translated(target, () => verifyTarget(target, pinned, outside))
    if (format === 'json') world.out(JSON.stringify({ place, ...result }, null, 2))
    else for (const line of [...reportLines(result, world.lang), '', ...MEANING[world.lang]]) world.out(line)
    return EXIT[result.answer]
  },
})

async function outsideOf(cwd: string, file: string): Promise<Outside> {
  const known = await translated(file, () => readKnownLogs(file))
  return {
    now: systemClock.now(),
    readFile: async (path) => {
      try {
        return await readFile(resolve(cwd, path), 'utf8')
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException
        throw new CannotLook(both(`Datei nicht lesbar (${code})`, `file not readable (${code})`))
      }
    },
    rememberedAt: (place) => known.get(place) ?? null,
    rememberedOf: (verifierKey) => knownByKey(known, verifierKey),
    remember: (place, log) => writeKnownLogs(file, new Map([...known, [place, log]])),
  }
}

/** The verifier's own errors as those of the product. */
async function translated<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof WrongCall) throw wrongUsage(error.text.de, error.text.en)
    if (!(error instanceof CannotLook) && !(error instanceof Refuted)) throw error
    const [de, en] = [error.text.de, error.text.en].map((text) => text.replace(/\.$/, ''))
    throw new BergfriedError(
      'verify.unreachable',
      { url: what, reason: en ?? '', reasonDe: de ?? '' },
      { cause: error },
    )
  }
}
