import type { RouteDeps } from '../../kernel/http/route.ts'
import type { NetworkView } from './contract.ts'

/** Segments, intents, and what became of them. */
export function readNetwork({ network, clock }: Pick<RouteDeps, 'network' | 'clock'>): NetworkView {
  const { config, state } = network ?? { config: { segments: [], intents: [] }, state: { proofs: [], provedAt: null } }
  const today = clock.now().toISOString().slice(0, 10)
  return {
    segments: config.segments.map(({ name, addresses, hosts }) => ({
      name,
      addresses: addresses === 'internet' ? addresses : [...addresses],
      hosts: [...hosts],
    })),
    intents: config.intents.map(({ name, to, from, services, covers, owner, reason, until }) => ({
      ...{ name, to, from: [...from], services: [...services], covers, owner, reason, until },
      expired: until !== null && until < today,
      proofs: state.proofs.filter(({ intent }) => intent === name),
    })),
    provedAt: state.provedAt?.toISOString() ?? null,
  }
}
