import { TlogError, type TlogReason } from '../engines/tlog/errors.ts'
import { both, type Step, type StepId, step, type Text } from './result.ts'

/** Something was looked at and is not as it must be. */
export class Refuted extends Error {
  override readonly name = 'Refuted'
  readonly text: Text

  constructor(text: Text) {
    super(text.en)
    this.text = text
  }
}

/** Something could not be looked at: no network, no such algorithm. Never taken for a refutation, nor for a proof. */
export class CannotLook extends Error {
  override readonly name = 'CannotLook'
  readonly text: Text

  constructor(text: Text) {
    super(text.en)
    this.text = text
  }
}

const REASONS: Record<TlogReason, Text> = {
  malformed: both('Die Form stimmt nicht', 'The form is wrong'),
  unverified: both('Eine Unterschrift gilt nicht', 'A signature does not hold'),
  inconsistent: both('Der Eintrag steht nicht im Protokoll', 'The entry is not in the log'),
  quorum: both('Zu wenige Zeugen', 'Too few witnesses'),
  too_large: both('Zu groß', 'Too large'),
}

/** What a thrown value means for a step. */
export function failedStep(id: StepId, texts: { readonly no: Text; readonly open: Text }, error: unknown): Step {
  if (error instanceof Refuted) return step(id, false, texts.no, error.text)
  if (error instanceof TlogError) {
    const reason = REASONS[error.code]
    return step(id, false, texts.no, both(`${reason.de} (${error.message}).`, `${reason.en} (${error.message}).`))
  }
  if (error instanceof CannotLook) return step(id, null, texts.open, error.text)
  const message = error instanceof Error ? error.message : String(error)
  return step(id, null, texts.open, both(`Unerwartet: ${message}.`, `Unexpected: ${message}.`))
}
