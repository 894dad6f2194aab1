import * as z from 'zod'
import { because, expected, fields, pattern } from '../yaml/shape.ts'

/** A part of the network, by its addresses and the hosts whose firewalls guard it. */
export interface Segment {
  readonly name: string
  /** Networks; `internet` stands for every address that no other segment has. */
  readonly addresses: readonly string[] | 'internet'
  /** Names of enrolled hosts, or of this one, that are in it. */
  readonly hosts: readonly string[]
}

/** Who alone may reach a segment, and with what. */
export interface Intent {
  readonly name: string
  /** Segment that is protected. */
  readonly to: string
  /** Segments from which it may be reached; none: from nowhere. */
  readonly from: readonly string[]
  /** `tcp/5432`, `udp/53`, `icmp`; none: with anything. */
  readonly services: readonly string[]
  /** `everything`: nothing else reaches the segment at all. `services`: these services are reached from nowhere else. */
  readonly covers: 'everything' | 'services'
  /** Hosts that packets to the segment pass: their forwarding is proved, too. */
  readonly through: readonly string[]
  readonly owner: string
  readonly reason: string
  /** Calendar day, UTC. */
  readonly until: string | null
}

export interface NetworkConfig {
  readonly segments: readonly Segment[]
  readonly intents: readonly Intent[]
  /** Pairs of hosts that are meant to have the same rules. */
  readonly redundant: readonly (readonly [string, string])[]
}

const name = pattern(/^[a-z][a-z0-9-]{0,62}$/, {
  de: 'ein Name aus Kleinbuchstaben, Ziffern und Bindestrichen, höchstens 63 Zeichen',
  en: 'a name of lower-case letters, digits and hyphens, at most 63 characters',
})
const host = z.string().min(1).max(100)
const address = pattern(/^([0-9]{1,3}(\.[0-9]{1,3}){3}|[0-9a-fA-F:]*:[0-9a-fA-F:.]*)(\/[0-9]{1,3})?$/, {
  de: 'eine Adresse oder ein Netz wie 10.1.0.0/16',
  en: 'an address or a network such as 10.1.0.0/16',
})
const service = pattern(/^(icmp|(tcp|udp)\/[0-9]{1,5}(-[0-9]{1,5})?)$/, {
  de: 'ein Dienst wie tcp/5432, udp/53, tcp/8000-8099 oder icmp',
  en: 'a service such as tcp/5432, udp/53, tcp/8000-8099 or icmp',
})

const segment = fields({
  addresses: z
    .union([z.literal('internet'), z.array(address).max(1000)], {
      error: expected({
        de: 'eine Liste von Netzen oder das Wort internet',
        en: 'a list of networks or the word internet',
      }),
    })
    .default([]),
  hosts: z
    .array(host)
    .max(1000)
    .default([])
    .describe('Enrolled hosts in it, or the name of the host that Bergfried runs on.'),
})

const intent = fields({
  name,
  to: name.describe('The segment that is protected.'),
  from: z.array(name).max(100).default([]).describe('Segments from which alone it is reached.'),
  services: z.array(service).max(100).default([]),
  covers: z
    .enum(['everything', 'services'])
    .default('everything')
    .describe('everything: nothing else reaches it; services: these are reached from nowhere else.'),
  through: z.array(host).max(100).default([]).describe('Hosts that forward packets to it.'),
  owner: z.string().min(1).max(200),
  reason: z.string().min(1).max(1000),
  until: z.iso.date().optional(),
})

const network = fields({
  segments: z.record(name, segment).default({}),
  intents: z.array(intent).max(1000).default([]),
  redundant: z
    .array(z.tuple([host, host]))
    .max(100)
    .default([])
    .describe('Pairs of firewalls that are meant to do the same.'),
}).superRefine(({ segments, intents }, context) => {
  const seen = new Set<string>()
  for (const [i, one] of intents.entries()) {
    if (seen.has(one.name))
      context.addIssue({
        code: 'custom',
        path: ['intents', i, 'name'],
        message: because({ de: `„${one.name}“ gibt es zweimal`, en: `“${one.name}” is there twice` }),
      })
    seen.add(one.name)
    for (const [path, wanted] of [['to', one.to] as const, ...one.from.map((f, n) => [`from.${n}`, f] as const)])
      if (!(wanted in segments))
        context.addIssue({
          code: 'custom',
          path: ['intents', i, ...path.split('.')],
          message: because({
            de: `„${wanted}“ ist kein Bereich; es gibt ${Object.keys(segments).join(', ') || '–'}`,
            en: `“${wanted}” is no segment; there are ${Object.keys(segments).join(', ') || '–'}`,
          }),
        })
    if (one.covers === 'services' && one.services.length === 0)
      context.addIssue({
        code: 'custom',
        path: ['intents', i, 'services'],
        message: because({
          de: 'welche Dienste gemeint sind, muss dastehen',
          en: 'which services are meant must be said',
        }),
      })
  }
})

export const networkShape = {
  network: network
    .optional()
    .describe('Segments of the network and who alone may reach them: proved on the firewalls of the hosts.'),
}

export const networkOf = (file: z.output<typeof networkShape.network>): NetworkConfig => ({
  segments: Object.entries(file?.segments ?? {}).map(([segmentName, value]) => ({ name: segmentName, ...value })),
  redundant: file?.redundant ?? [],
  intents: (file?.intents ?? []).map(({ until, ...rest }) => ({ ...rest, until: until ?? null })),
})
