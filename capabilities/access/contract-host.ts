import * as z from 'zod'

/** What an enrolled host is told; the same shape as `host/orders.ts` reads. */
export const HostOrdersView = z
  .strictObject({
    version: z.int(),
    host: z.string(),
    allowList: z.string().describe('Signed by the keeper: who may sign in.'),
    krl: z.string().describe('base64 of an OpenSSH revocation list.'),
    krlSignature: z.string(),
    accounts: z.array(
      z.strictObject({
        account: z.string(),
        fullName: z.string(),
        groups: z.array(z.string()),
        sudo: z.array(z.string()).nullable(),
        until: z.iso.datetime(),
      }),
    ),
    end: z.array(z.strictObject({ keyId: z.string(), account: z.string() })),
  })
  .meta({ id: 'HostOrders' })
export type HostOrdersView = z.infer<typeof HostOrdersView>

const keyId = z.string().max(200)
const account = z.string().max(64)
const text = z.string().max(1000)

/** What a host says of itself. Believed as far as reading back goes: see README, "Who attacks". */
export const HostReport = z.strictObject({
  applied: z.int().min(0),
  sessions: z
    .array(
      z.strictObject({ keyId, serial: z.union([z.int(), z.string().max(20)]), account, since: z.string().max(40) }),
    )
    .max(5000),
  ended: z.array(z.strictObject({ keyId, account, killed: z.int(), scans: z.int() })).max(5000),
  proofs: z
    .array(
      z.strictObject({
        keyId,
        account,
        answer: z.enum(['nothing', 'principals']),
        krl: z.enum(['revoked', 'not revoked']),
      }),
    )
    .max(5000),
  problems: z.array(z.strictObject({ en: text, de: text })).max(100),
})
export type HostReport = z.infer<typeof HostReport>
