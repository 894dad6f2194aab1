import { defineCheck } from '../../../kernel/check/check.ts'

export const certificatesDoNotExpireSoon = defineCheck({
  id: 'network.certificates-do-not-expire-soon',
  appliesTo: 'endpoint',
  severity: 'high',
  title: {
    de: 'Kein Zertifikat läuft in den nächsten drei Wochen ab',
    en: 'No certificate expires within the next three weeks',
  },
  population: { de: 'Endpunkte', en: 'endpoints' },
  remedy: {
    de: 'Das Zertifikat von {resource} erneuern und einsetzen; die Erneuerung automatisch laufen lassen und nachsehen, warum sie ausblieb.',
    en: 'Renew the certificate of {resource} and install it; let the renewal run by itself and find out why it did not.',
  },
  reasons: {
    valid: { de: 'gilt bis {until}', en: 'valid until {until}' },
    expires_soon: { de: 'läuft am {until} ab', en: 'expires on {until}' },
    expired: { de: 'ist seit {until} abgelaufen', en: 'expired on {until}' },
  },
  reads: ['tls_endpoint'],
  dimensions: ['subject', 'until'],
  freshness: 'PT24H',
  sql: `
    select system, address as resource,
      case when not_after > :now + interval '21 days' then 'ok' else 'alarm' end as status,
      case
        when not_after <= :now then 'expired'
        when not_after <= :now + interval '21 days' then 'expires_soon'
        else 'valid'
      end as reason,
      subject, to_char(not_after at time zone 'UTC', 'YYYY-MM-DD') as until
    from tls_endpoint
  `,
  examples: [
    {
      name: { de: 'noch länger als drei Wochen', en: 'more than three weeks to go' },
      facts: { tls_endpoint: [{}, { address: 'edge:443', notAfter: '2026-12-14T12:00:01Z' }] },
      expect: [
        { resource: 'shop.example:443', status: 'ok', reason: 'valid' },
        { resource: 'edge:443', status: 'ok', reason: 'valid' },
      ],
    },
    {
      name: { de: 'bald oder schon abgelaufen', en: 'soon or already expired' },
      facts: {
        tls_endpoint: [
          { address: 'soon:443', notAfter: '2026-12-14T12:00:00Z' },
          { address: 'last:443', notAfter: '2026-11-23T12:00:01Z' },
          { address: 'gone:443', notAfter: '2026-11-23T12:00:00Z' },
        ],
      },
      expect: [
        { resource: 'soon:443', status: 'alarm', reason: 'expires_soon' },
        { resource: 'last:443', status: 'alarm', reason: 'expires_soon' },
        { resource: 'gone:443', status: 'alarm', reason: 'expired' },
      ],
    },
    {
      name: {
        de: 'auch ein Zertifikat, dem niemand traut, hat ein Ablaufdatum',
        en: 'a certificate that nobody trusts has an end too',
      },
      facts: { tls_endpoint: [{ trusted: false, trustError: 'CERT_HAS_EXPIRED', notAfter: '2020-01-01T00:00:00Z' }] },
      expect: [{ resource: 'shop.example:443', status: 'alarm', reason: 'expired' }],
    },
  ],
})
