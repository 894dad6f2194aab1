import type { Lang, Seal } from '../verifier/result.ts'
import { count, moment } from './format.ts'
import { TEXTS } from './words.ts'

/** One line about the seal. The browser writes it anew from what it verified itself. */
export interface SealRow {
  readonly id: 'at' | 'until' | 'log' | 'entry' | 'witnesses' | 'key'
  readonly name: string
  readonly value: string
}

export function sealRows(seal: Seal, lang: Lang): readonly SealRow[] {
  const witnesses = seal.witnesses.map((w) => `${w.name} (${moment(w.at, lang)})`).join(', ')
  const place = `${seal.entries.map(count).join(', ')} ${lang === 'de' ? 'von' : 'of'} ${count(seal.size)}`
  return [
    { id: 'at', name: TEXTS.sealedAt[lang], value: moment(seal.at, lang) },
    {
      id: 'until',
      name: TEXTS.validUntil[lang],
      value: seal.validUntil === null ? '–' : moment(seal.validUntil, lang),
    },
    { id: 'log', name: TEXTS.log[lang], value: seal.origin },
    { id: 'entry', name: TEXTS.entry[lang], value: place },
    { id: 'witnesses', name: TEXTS.witnesses[lang], value: witnesses === '' ? TEXTS.noWitness[lang] : witnesses },
    { id: 'key', name: TEXTS.key[lang], value: seal.verifierKey },
  ]
}

/** "Sealed 1 November 2026, 12:00 UTC, as entry 3 of the log …, confirmed by 2 witnesses." */
export function sealSentence(seal: Seal, lang: Lang): string {
  const [at, entry, n] = [moment(seal.at, lang), count(seal.entries.at(-1) ?? 0), seal.witnesses.length]
  if (lang === 'de') {
    const by = n === 0 ? 'unbezeugt' : `bestätigt von ${n} Zeugen`
    return `Versiegelt ${at}, als Eintrag ${entry} im Protokoll ${seal.origin}, ${by}.`
  }
  const by = n === 0 ? 'unwitnessed' : `confirmed by ${n} ${n === 1 ? 'witness' : 'witnesses'}`
  return `Sealed ${at}, as entry ${entry} of the log ${seal.origin}, ${by}.`
}
