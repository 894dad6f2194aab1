import type { Change } from './change.ts'
import { withChanges } from './change.ts'
import { type DemoSystem, systemNamed } from './company.ts'
import { dayStart, type FactsOf, instantOf } from './facts-of.ts'
import { liveChanges } from './live.ts'
import { goodEndpoint } from './machines/endpoint.ts'
import { goodHost } from './machines/host.ts'
import { goodPostgres } from './machines/postgres.ts'
import { INCIDENTS } from './story.ts'
import { instantOfStory } from './when.ts'

/** What a reading of a made-up system brings. */
export type Reading = ReturnType<typeof withChanges>

/** The made-up systems at any instant, before and after the demo was made. */
export interface World {
  read(system: string, at: Date): Reading
}

/** @param made - when the demo was made: the days of the story count from there, and from then on it lives */
export function worldOf(made: Date): World {
  const incidents = INCIDENTS.map((incident) => ({
    ...incident,
    since: instantOfStory(incident.from, made),
    until: incident.to === null ? null : instantOfStory(incident.to, made),
  }))
  return {
    read: (name, at) => {
      const system = systemNamed(name)
      const changes = incidents
        .filter((i) => i.system === name && i.since <= at && (i.until === null || at < i.until))
        .flatMap((i) => i.changes)
      const living = at > made ? liveChanges(name, at) : []
      return withChanges(good(system, at), [...forgottenRenewal(name, made), ...changes, ...living])
    },
  }
}

function good(system: DemoSystem, at: Date): FactsOf {
  if (system.kind === 'host') return goodHost(system, at)
  return system.kind === 'postgres' ? goodPostgres(system, at) : goodEndpoint(system, at)
}

/** One certificate is renewed by hand, and nobody did: it ends five days after the demo was made. */
function forgottenRenewal(name: string, made: Date): readonly Change[] {
  if (name !== 'tls-app') return []
  const notAfter = instantOf(dayStart(made, 5), 9)
  return [{ kind: 'tls_endpoint', where: { purpose: 'https' }, set: { notAfter } }]
}
