/** One text in both languages, German first. */
export interface Text {
  readonly de: string
  readonly en: string
}

export type Lang = keyof Text

export type StepId =
  | 'format'
  | 'evidence'
  | 'log'
  | 'checkpoint'
  | 'witnesses'
  | 'inclusion'
  | 'entry'
  | 'opening'
  | 'statement'
  | 'shown'
  | 'fresh'
  | 'head'
  | 'history'
  | 'newest'
  | 'page'

/** One thing that was looked at. `null`: nothing speaks against it, but it could not be shown either. */
export interface Step {
  readonly id: StepId
  readonly ok: boolean | null
  readonly text: Text
  readonly detail: Text | null
}

/** `holds`: every step is shown. `fails`: at least one is refuted. `unknown`: none is refuted, some could not be shown. */
export type Answer = 'holds' | 'fails' | 'unknown'

/** What was sealed, where and when, as far as the signatures vouch for it. */
export interface Seal {
  readonly origin: string
  readonly verifierKey: string
  /** Places of the entries in the log, from 0. */
  readonly entries: readonly number[]
  /** Entries under the checkpoint. */
  readonly size: number
  /** Root of the tree, base64. */
  readonly root: string
  /** When the entry says that it was made, ISO 8601. */
  readonly at: string
  readonly validUntil: string | null
  readonly witnesses: readonly { readonly name: string; readonly at: string }[]
  readonly quorum: number
}

/** What a reader keeps of a log for the next time. */
export interface Remembered {
  readonly verifierKey: string
  readonly witnesses: readonly string[]
  readonly quorum: number
  readonly size: number
  /** Root at that size, base64. */
  readonly root: string
}

export interface Result {
  readonly answer: Answer
  readonly text: Text
  readonly steps: readonly Step[]
  readonly seal: Seal | null
  /** What to keep; null where nothing should be. */
  readonly remember: Remembered | null
}

export const both = (de: string, en: string): Text => ({ de, en })

export const step = (id: StepId, ok: boolean | null, text: Text, detail: Text | null = null): Step => ({
  id,
  ok,
  text,
  detail,
})

/** The worst of the steps decides. No step at all shows nothing. */
export function answerOf(steps: readonly Step[]): Answer {
  if (steps.some((s) => s.ok === false)) return 'fails'
  return steps.length === 0 || steps.some((s) => s.ok === null) ? 'unknown' : 'holds'
}

const ANSWERS: Record<Answer, Text> = {
  holds: both('Bewiesen', 'Proved'),
  fails: both('Nicht bewiesen: Widerspruch', 'Not proved: contradiction'),
  unknown: both('Weder bewiesen noch widerlegt', 'Neither proved nor refuted'),
}

const UNWITNESSED = both('Im Protokoll bewiesen, aber unbezeugt', 'Proved in the log, but unwitnessed')

/** The answer in a few words. That nobody else watches the log is said as that, where nothing else is open. */
export function answerText({ answer, steps }: Pick<Result, 'answer' | 'steps'>): Text {
  const open = steps.filter((s) => s.ok === null)
  const alone = answer === 'unknown' && open.length > 0 && open.every((s) => s.id === 'witnesses')
  return alone ? UNWITNESSED : ANSWERS[answer]
}

/** The result of these steps. */
export function resultOf(steps: readonly Step[], seal: Seal | null, remember: Remembered | null): Result {
  const answer = answerOf(steps)
  const open = steps.filter((s) => s.ok === (answer === 'fails' ? false : null))
  const why = (lang: Lang): string => open.map((s) => s.text[lang]).join(' ')
  const { de, en } = answerText({ answer, steps })
  const text = open.length === 0 ? both(`${de}.`, `${en}.`) : both(`${de}. ${why('de')}`, `${en}. ${why('en')}`)
  return { answer, text, steps, seal, remember: answer === 'fails' ? null : remember }
}
