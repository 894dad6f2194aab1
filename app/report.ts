import type { Check } from '../kernel/check/check.ts'
import type { State } from '../kernel/check/roll-up.ts'
import type { VerdictRow } from '../kernel/check/row-query.ts'
import { reasonText, remedyText } from '../kernel/check/row-words.ts'
import type { ControlVerdict } from '../kernel/check/verdicts.ts'
import type { Lang, Text } from '../kernel/i18n/text.ts'
import { ago, STATE_SIGNS, STATE_WORDS } from '../kernel/i18n/words.ts'
import type { Policy } from '../kernel/policy/policy-schema.ts'

export interface ReportInput {
  readonly lang: Lang
  readonly policy: Policy
  readonly verdicts: readonly ControlVerdict[]
  /** Rows that are not fine, per check. */
  readonly rows: ReadonlyMap<string, readonly VerdictRow[]>
  readonly now: Date
  /** How many rows per check are told at the most; the rest is counted. */
  readonly most: number
  /** Columns of the terminal; text is wrapped. */
  readonly width: number
  /** Paint states with terminal colours. */
  readonly colour: boolean
}

/** The policy as text with its live state: what `bergfried check` prints. */
export function textReport(input: ReportInput): string {
  const lines: string[] = []
  for (const chapter of input.policy.chapters) {
    const own = input.verdicts.filter((v) => v.control.chapter === chapter.id)
    if (own.length === 0) continue
    lines.push('', chapter.title[input.lang].toLocaleUpperCase(input.lang), '')
    for (const verdict of own) lines.push(...controlLines(verdict, input))
  }
  lines.push('', summary(input))
  return lines.join('\n')
}

const COLOURS: Partial<Record<State, string>> = { ok: '32', alarm: '31;1', error: '31', stale: '33', excepted: '35' }

const paint = (text: string, state: State, input: ReportInput): string =>
  input.colour && COLOURS[state] !== undefined ? `\u001b[${COLOURS[state]}m${text}\u001b[0m` : text

function controlLines(verdict: ControlVerdict, input: ReportInput): string[] {
  const { lang, now } = input
  const state = paint(`${STATE_SIGNS[verdict.state]} ${STATE_WORDS[verdict.state][lang]}`, verdict.state, input)
  const facts = [state]
  if (verdict.population > 0) facts.push(populationText(verdict, lang))
  if (verdict.measuredAt !== null) facts.push(ago(lang, verdict.measuredAt, now))
  const missing = verdict.attestations.filter((a) => a.standing !== 'valid').length
  if (missing > 0) facts.push(lang === 'de' ? `Bezeugungen fehlen: ${missing}` : `attestations missing: ${missing}`)
  return [
    ...wrap(verdict.control.claim[lang], input.width - 9).map(
      (text, i) => `${i === 0 ? verdict.control.id.padEnd(9) : ' '.repeat(9)}${text}`,
    ),
    `         ${facts.join(' · ')}`,
    ...verdict.checks.flatMap(({ check }) => checkLines(check, input)),
  ]
}

function populationText(verdict: ControlVerdict, lang: Lang): string {
  const bad = verdict.counts.alarm
  const all = verdict.population
  if (bad > 0) return lang === 'de' ? `${bad} von ${all}` : `${bad} of ${all}`
  return lang === 'de' ? `${all} geprüft` : `${all} examined`
}

function checkLines(check: Check, input: ReportInput): string[] {
  const rows = input.rows.get(check.id) ?? []
  if (rows.length === 0) return []
  const { lang } = input
  const lines: string[] = []
  for (const row of rows.slice(0, input.most)) {
    const status = row.status as State
    const where = row.resource === '*' ? row.system : `${row.system}: ${row.resource}`
    const text = `${where} ${reasonText(check, row, lang)}`
    for (const [i, part] of wrap(text, input.width - 13).entries()) {
      lines.push(`${i === 0 ? `         ${paint(STATE_SIGNS[status], status, input)} ` : ' '.repeat(13)}${part}`)
    }
  }
  const rest = rows.length - input.most
  if (rest > 0)
    lines.push(
      `           ${lang === 'de' ? `… und ${rest} weitere (${check.id})` : `… and ${rest} more (${check.id})`}`,
    )
  const broken = rows.find((row) => row.status === 'alarm')
  if (broken !== undefined) {
    for (const part of wrap(`→ ${remedyText(check, broken, lang)}`, input.width - 13)) lines.push(`           ${part}`)
  }
  return lines
}

const ORDER: readonly State[] = ['ok', 'alarm', 'error', 'stale', 'excepted', 'attested', 'unmeasured', 'info', 'skip']

/** "50 Zusagen: 21 gehalten, 3 verletzt …" */
export function summary(input: Pick<ReportInput, 'lang' | 'verdicts'>): string {
  const count = (state: State) => input.verdicts.filter((v) => v.state === state).length
  const parts = ORDER.filter((s) => count(s) > 0).map((s) => `${count(s)} ${STATE_WORDS[s][input.lang]}`)
  const n = input.verdicts.length
  const head: Text = { de: `${n} ${n === 1 ? 'Zusage' : 'Zusagen'}`, en: `${n} ${n === 1 ? 'promise' : 'promises'}` }
  return `${head[input.lang]}: ${parts.join(', ')}.`
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let current = ''
  for (const word of text.split(/\s+/)) {
    if (current !== '' && current.length + 1 + word.length > width) {
      lines.push(current)
      current = word
    } else current = current === '' ? word : `${current} ${word}`
  }
  return current === '' ? lines : [...lines, current]
}
