import * as z from 'zod'

const words = (max: number) => z.string().trim().min(1).max(max)
const instant = z.iso.datetime({ offset: true })

/** An accepted deviation: who answers for it, why, until when. It never hides the finding. */
export const NewException = z
  .strictObject({
    check: words(200).describe('Check whose alarm is accepted.'),
    system: words(63).nullable().default(null).describe('One system; null: all.'),
    resource: words(1000).nullable().default(null).describe('One resource; null: all.'),
    owner: words(200).describe('Who answers for it.'),
    reason: words(2000).describe('Why it is accepted.'),
    until: instant.describe('When it ends, at most 400 days ahead.'),
  })
  .meta({ id: 'NewException' })
export type NewException = z.infer<typeof NewException>

export const ExceptionView = z
  .strictObject({
    id: z.int(),
    check: z.string(),
    system: z.string().nullable(),
    resource: z.string().nullable(),
    owner: z.string(),
    reason: z.string(),
    createdBy: z.string(),
    createdAt: z.iso.datetime(),
    until: z.iso.datetime(),
    endedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Exception' })
export type ExceptionView = z.infer<typeof ExceptionView>

/** A person vouches for something no machine sees, on the strength of a document. */
export const NewAttestation = z
  .strictObject({
    control: words(32),
    attestation: words(64).describe('Which of the attestations that the control asks for.'),
    person: words(200).describe('Who vouches.'),
    document: words(500).describe('Name of the document.'),
    documentSha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .describe('SHA-256 of the document, hexadecimal.'),
    note: words(2000).nullable().default(null),
    until: instant.nullable().default(null).describe('When it ends; null: after the validity that the policy states.'),
  })
  .meta({ id: 'NewAttestation' })
export type NewAttestation = z.infer<typeof NewAttestation>

export const AttestationView = z
  .strictObject({
    id: z.int(),
    control: z.string(),
    attestation: z.string(),
    person: z.string(),
    document: z.string(),
    documentSha256: z.string(),
    note: z.string().nullable(),
    createdBy: z.string(),
    createdAt: z.iso.datetime(),
    until: z.iso.datetime(),
  })
  .meta({ id: 'Attestation' })
export type AttestationView = z.infer<typeof AttestationView>
