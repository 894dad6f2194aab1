import type { Text } from '../../../kernel/i18n/text.ts'

/** Kinds of failures that SCIM knows (RFC 7644, table 9). */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'
  | 'invalidVers'

/**
 * A refusal as SCIM words it. A protocol of its own with statuses of its own (412, 501), so it is no code of the product's table;
 * whatever else goes wrong keeps its code and is only put into this shape on its way out.
 */
export class ScimProblem extends Error {
  override readonly name = 'ScimProblem'
  readonly status: number
  readonly scimType: ScimType | null
  readonly text: Text

  constructor(status: number, scimType: ScimType | null, text: Text) {
    super(`${status} ${scimType ?? ''}: ${text.en}`)
    this.status = status
    this.scimType = scimType
    this.text = text
  }
}

/** A refusal with status 400. */
export const badRequest = (scimType: ScimType, de: string, en: string): ScimProblem =>
  new ScimProblem(400, scimType, { de, en })

/** What a caller wrote, short and without what would break out of a line. */
export const shown = (value: string): string => {
  const plain = value.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, '·')
  return plain.length > 80 ? `${plain.slice(0, 79)}…` : plain
}
