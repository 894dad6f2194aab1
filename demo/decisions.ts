import { hash } from 'node:crypto'
import type { NewAttestation, NewException } from '../capabilities/assurance/contract.ts'
import { COMPANY } from './company.ts'
import { instantOfStory, on, type When } from './when.ts'

const mail = (person: string): string => `${person}@${COMPANY.domain}`

/** What people decided, and when: through the same functions as in a real house. */
export type Decision =
  | { readonly kind: 'exception'; readonly when: When; readonly by: string; readonly wanted: NewException }
  | { readonly kind: 'exception_end'; readonly when: When; readonly by: string; readonly check: string }
  | { readonly kind: 'attestation'; readonly when: When; readonly by: string; readonly wanted: NewAttestation }

/** @param made - when the demo was made */
export const decisionsOf = (made: Date): readonly Decision[] => [...exceptions(made), ...attestations(made)]

function exceptions(made: Date): readonly Decision[] {
  const until = (when: When) => instantOfStory(when, made).toISOString()
  return [
    {
      kind: 'exception',
      when: on(-75),
      by: mail('platform-1'),
      wanted: {
        check: 'network.exposed-services-are-approved',
        system: 'legacy-1',
        resource: 'tcp 0.0.0.0:8443',
        owner: mail('development-1'),
        reason: 'Die alte Rechnungsschnittstelle zieht im nächsten Quartal um; bis dahin rufen Kunden sie hier auf.',
        until: until(on(45, '18:00')),
      },
    },
    {
      kind: 'exception',
      when: on(-67),
      by: mail('platform-1'),
      wanted: {
        check: 'hardening.mount-options',
        system: 'build-1',
        resource: '/tmp',
        owner: mail('development-2'),
        reason: 'Ein Werkzeug des Builds führt Programme aus /tmp aus; der Hersteller hat eine Änderung zugesagt.',
        until: until(on(-25, '12:00')),
      },
    },
    {
      kind: 'exception',
      when: on(-59),
      by: mail('platform-1'),
      wanted: {
        check: 'hardening.no-uncommon-modules',
        system: 'worker-1',
        resource: 'sctp',
        owner: mail('platform-3'),
        reason: 'Messung einer Verbindung zu einem Kunden; danach wird das Modul wieder entladen.',
        until: until(on(-20, '12:00')),
      },
    },
    { kind: 'exception_end', when: on(-36), by: mail('platform-1'), check: 'hardening.no-uncommon-modules' },
  ]
}

/** Control, attestation, day, who vouches, on the strength of which document, and the day on which it ends if early. */
const VOUCHED: readonly (readonly [string, string, number, string, string, number | null])[] = [
  ['DCS-01', 'facility-certificates', -88, 'management-2', 'Zertifikate der Rechenzentren.pdf', null],
  ['DCS-02', 'facility-power', -88, 'management-2', 'Prüfbericht Strom und Klima.pdf', null],
  ['DCS-03', 'facility-entry', -87, 'management-2', 'Begehung des Rechenzentrums.pdf', null],
  ['DCS-04', 'administration-split', -85, 'platform-1', 'Vertrag mit dem Betreiber, Anlage 3.pdf', null],
  // Given for the old risks alone; the new assessment is due.
  ['DRP-02', 'risk-assessment', -86, 'security-1', 'Risikobewertung Frühjahr.pdf', -12],
  ['INF-04', 'access-procedure', -83, 'security-1', 'Verfahren für Zugänge.pdf', null],
  ['INF-17', 'hardening-standard-review', -81, 'platform-1', 'Härtungsstandard, Durchsicht.pdf', null],
  ['NET-01', 'failover-exercise', -80, 'platform-2', 'Übung Umschalten Sommer.pdf', -30],
  ['DRP-01', 'recovery-plan-review', -72, 'platform-1', 'Wiederanlaufplan, Durchsicht.pdf', null],
  ['DRP-02', 'internal-audit', -64, 'security-2', 'Bericht des internen Audits.pdf', null],
  ['DRP-02', 'management-review', -57, 'management-1', 'Protokoll der Managementbewertung.pdf', null],
  ['INF-15', 'firewall-rules-review', -51, 'platform-2', 'Durchsicht der Firewallregeln.pdf', null],
  ['ORG-05', 'recycler-certificate', -43, 'management-2', 'Bescheinigung der Vernichtung.pdf', null],
  ['NET-01', 'failover-exercise', -26, 'platform-2', 'Übung Umschalten Herbst.pdf', null],
]

/** The penetration test (PRD-05) nobody has vouched for yet. */
function attestations(made: Date): readonly Decision[] {
  return VOUCHED.map(([control, attestation, day, person, document, until]) => ({
    kind: 'attestation',
    when: on(day),
    by: mail('security-2'),
    wanted: {
      control,
      attestation,
      person: mail(person),
      document,
      documentSha256: hash('sha256', `demo ${document}`, 'hex'),
      note: null,
      until: until === null ? null : instantOfStory(on(until, '12:00'), made).toISOString(),
    },
  }))
}
