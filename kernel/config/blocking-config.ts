import * as z from 'zod'
import { because, fields, pattern } from '../yaml/shape.ts'
import { secondsOf } from './seconds.ts'

/** Whether and how attackers are kept out. */
export interface BlockingConfig {
  /** False: the configuration says nothing of it. */
  readonly configured: boolean
  readonly mode: 'off' | 'dry-run' | 'armed'
  /** Addresses and networks that never are. */
  readonly never: readonly string[]
  readonly limits: {
    readonly seconds: readonly number[]
    readonly perMinute: number
    readonly most: number
    readonly shareOfClients: number
    readonly addressesPerNetwork: number
  }
  /** Alerts from this level on lead to bans. */
  readonly from: 'medium' | 'high' | 'critical'
}

const span = z.iso.duration().refine((text) => secondsOf(text) >= 60 && secondsOf(text) <= 366 * 86_400, {
  error: because({
    de: 'erwartet wird eine Dauer von einer Minute bis P366D, etwa PT10M',
    en: 'expected is a duration from one minute to P366D, such as PT10M',
  }),
})

export const blockingShape = {
  blocking: fields({
    mode: z
      .enum(['off', 'dry-run', 'armed'])
      .default('dry-run')
      .describe('dry-run: decides and writes down, keeps nobody out.'),
    never: z
      .array(
        pattern(/^[0-9a-fA-F:.]+(\/[0-9]{1,3})?$/, {
          de: 'eine Adresse oder ein Netz wie 10.0.0.0/8',
          en: 'an address or a network such as 10.0.0.0/8',
        }),
      )
      .max(1000)
      .default([])
      .describe(
        'Whom to keep out never: offices, monitoring, partners. This machine, its gateways and name servers and whoever is signed in are added.',
      ),
    durations: z
      .array(span)
      .min(1)
      .max(10)
      .default(['PT10M', 'PT1H', 'P1D', 'P7D'])
      .describe('First, second, third time, …'),
    perMinute: z.int().min(1).max(100_000).default(100),
    most: z.int().min(1).max(500_000).default(100_000).describe('Bans at a time.'),
    shareOfClients: z
      .number()
      .min(0)
      .max(1)
      .default(0.05)
      .describe('Of the clients of the last hour, so many at the most.'),
    addressesPerNetwork: z.int().min(2).max(256).default(8).describe('So many attackers in a /24 make it one ban.'),
    from: z
      .enum(['medium', 'high', 'critical'])
      .default('high')
      .describe('Level of alerts from which on attackers are kept out.'),
  })
    .optional()
    .describe('Keeping attackers out, in the kernel of the machine that Bergfried runs on.'),
}

type BlockingFile = z.output<typeof blockingShape.blocking>

export const blockingOf = (file: BlockingFile): BlockingConfig => ({
  configured: file !== undefined,
  mode: file?.mode ?? 'off',
  never: file?.never ?? [],
  from: file?.from ?? 'high',
  limits: {
    seconds: (file?.durations ?? ['PT10M']).map(secondsOf),
    perMinute: file?.perMinute ?? 100,
    most: file?.most ?? 100_000,
    shareOfClients: file?.shareOfClients ?? 0.05,
    addressesPerNetwork: file?.addressesPerNetwork ?? 8,
  },
})
