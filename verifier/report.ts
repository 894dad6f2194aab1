import type { Lang, Result, Step } from './result.ts'

/** A sign for each outcome that does not rely on colour. */
export const stepSign = (step: Pick<Step, 'ok'>): string => (step.ok === null ? '?' : step.ok ? '✓' : '✗')

const WORDS = {
  de: {
    at: 'Versiegelt',
    log: 'Protokoll',
    entry: 'Eintrag',
    of: 'von',
    witnesses: 'Zeugen',
    key: 'Schlüssel',
    none: 'keine',
  },
  en: { at: 'Sealed', log: 'Log', entry: 'Entry', of: 'of', witnesses: 'Witnesses', key: 'Key', none: 'none' },
} as const

/** The result as lines of text: the answer first, then every step, then what was sealed where. */
export function reportLines(result: Result, lang: Lang): readonly string[] {
  const lines = [result.text[lang], '']
  for (const one of result.steps) {
    lines.push(`  ${stepSign(one)} ${one.text[lang]}`)
    if (one.detail !== null) lines.push(`      ${one.detail[lang]}`)
  }
  const { seal } = result
  if (seal === null) return lines
  const words = WORDS[lang]
  const row = (name: string, value: string): string => `  ${name.padEnd(11)} ${value}`
  const named = seal.witnesses.map((w) => `${w.name} (${w.at})`).join(', ')
  return [
    ...lines,
    '',
    row(words.at, seal.at),
    row(words.log, seal.origin),
    row(words.entry, `${seal.entries.join(', ')} ${words.of} ${seal.size}`),
    row(words.witnesses, named === '' ? words.none : named),
    row(words.key, seal.verifierKey),
  ]
}

/** What the check shows and what it does not. */
export const MEANING: Readonly<Record<Lang, readonly string[]>> = {
  de: [
    'Bewiesen ist: Genau diese Sätze mit diesen Zuständen wurden zu dieser Zeit in dieses Protokoll geschrieben, und niemand kann sie dort unbemerkt ändern.',
    'Nicht bewiesen ist, dass richtig gemessen wurde. Wer die Systeme betreibt, könnte Falsches messen; er kann es danach nur nicht mehr abstreiten.',
  ],
  en: [
    'Proved is: exactly these sentences with these states were written into this log at this time, and nobody can change them there unnoticed.',
    'Not proved is that the measuring was right. Whoever runs the systems could measure wrongly; they only cannot deny it afterwards.',
  ],
}
