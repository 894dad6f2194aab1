import * as z from 'zod'

/** What became of an intent on one host. */
export const HostProof = z.strictObject({
  intent: z.string(),
  segment: z.string(),
  host: z.string(),
  hook: z.enum(['input', 'forward']),
  owner: z.string(),
  until: z.string().nullable(),
  /** `undecided`: it hangs on something that cannot be evaluated, or the rules are not known. */
  verdict: z.enum(['proved', 'violated', 'undecided']),
  /** A packet that comes through and must not, or of which nobody can say. */
  packet: z.string().nullable(),
  /** The last rule on its way. */
  rule: z.string().nullable(),
  because: z.string().nullable(),
})
export type HostProof = z.infer<typeof HostProof>

/** GET /api/network (`read`). */
export const NetworkView = z
  .strictObject({
    segments: z.array(
      z.strictObject({
        name: z.string(),
        addresses: z.union([z.literal('internet'), z.array(z.string())]),
        hosts: z.array(z.string()),
      }),
    ),
    intents: z.array(
      z.strictObject({
        name: z.string(),
        to: z.string(),
        from: z.array(z.string()),
        services: z.array(z.string()),
        covers: z.enum(['everything', 'services']),
        owner: z.string(),
        reason: z.string(),
        until: z.string().nullable(),
        expired: z.boolean(),
        proofs: z.array(HostProof.extend({ replay: z.enum(['confirmed', 'not_confirmed', 'cannot', 'none']) })),
      }),
    ),
    provedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Network' })
export type NetworkView = z.infer<typeof NetworkView>
