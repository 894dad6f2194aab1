import { defineCheck } from '../../../kernel/check/check.ts'

export const certificatesAreTrusted = defineCheck({
  id: 'network.certificates-are-trusted',
  appliesTo: 'endpoint',
  severity: 'critical',
  title: {
    de: 'Jeder Endpunkt weist sich mit einem Zertifikat aus, dem zu trauen ist',
    en: 'Every endpoint shows a certificate that can be trusted',
  },
  population: { de: 'Endpunkte', en: 'endpoints' },
  remedy: {
    de: 'Für {resource} ein Zertifikat einer vertrauten Stelle auf den richtigen Namen einsetzen, mit allen Zwischenzertifikaten; prüfen mit: openssl s_client -connect {resource} -verify_return_error.',
    en: 'Install at {resource} a certificate of a trusted authority for the right name, with all intermediates; test with: openssl s_client -connect {resource} -verify_return_error.',
  },
  reasons: {
    trusted: { de: 'vertraut, ausgestellt von {issuer}', en: 'trusted, issued by {issuer}' },
    expired: { de: 'abgelaufen am {until}', en: 'expired on {until}' },
    wrong_name: { de: 'gilt für einen anderen Namen ({names})', en: 'is for another name ({names})' },
    self_signed: {
      de: 'selbst ausgestellt oder von unbekannter Stelle ({issuer})',
      en: 'self-signed or by an unknown authority ({issuer})',
    },
    untrusted: { de: 'nicht vertraut: {problem}', en: 'not trusted: {problem}' },
  },
  reads: ['tls_endpoint'],
  dimensions: ['subject', 'names', 'issuer', 'until', 'problem'],
  freshness: 'PT24H',
  // Names of errors: OpenSSL X509_V_ERR_* and Node's ERR_TLS_CERT_ALTNAME_INVALID.
  sql: `
    select system, address as resource, case when trusted and not_after > :now then 'ok' else 'alarm' end as status,
      case
        when not_after <= :now or trust_error ~* '(HAS_EXPIRED|has expired)' then 'expired'
        when trusted then 'trusted'
        when trust_error ~* '(ALTNAME|HOSTNAME)' then 'wrong_name'
        when trust_error ~* '(SELF_SIGNED|UNABLE_TO_GET_ISSUER|UNABLE_TO_VERIFY_LEAF)' then 'self_signed'
        else 'untrusted'
      end as reason,
      subject, array_to_string(names, ', ') as names, issuer, to_char(not_after at time zone 'UTC', 'YYYY-MM-DD') as until,
      trust_error as problem
    from tls_endpoint
  `,
  examples: [
    {
      name: { de: 'vertraut und gültig', en: 'trusted and valid' },
      facts: { tls_endpoint: [{}, { address: 'db.example:5432', purpose: 'postgres' }] },
      expect: [
        { resource: 'shop.example:443', status: 'ok', reason: 'trusted' },
        { resource: 'db.example:5432', status: 'ok', reason: 'trusted' },
      ],
    },
    {
      name: { de: 'woran es fehlen kann', en: 'what may be wrong' },
      facts: {
        tls_endpoint: [
          { address: 'a:443', trusted: false, trustError: 'SELF_SIGNED_CERT_IN_CHAIN' },
          { address: 'b:443', trusted: false, trustError: 'ERR_TLS_CERT_ALTNAME_INVALID', names: ['other.example'] },
          { address: 'c:443', trusted: false, trustError: 'CERT_HAS_EXPIRED' },
          { address: 'd:443', trusted: false, trustError: 'CERT_REVOKED' },
          { address: 'e:443', trusted: false, trustError: null },
        ],
      },
      expect: [
        { resource: 'a:443', status: 'alarm', reason: 'self_signed' },
        { resource: 'b:443', status: 'alarm', reason: 'wrong_name' },
        { resource: 'c:443', status: 'alarm', reason: 'expired' },
        { resource: 'd:443', status: 'alarm', reason: 'untrusted' },
        { resource: 'e:443', status: 'alarm', reason: 'untrusted' },
      ],
    },
    {
      name: { de: 'seit dem letzten Blick abgelaufen', en: 'expired since the last look' },
      facts: { tls_endpoint: [{ notAfter: '2026-11-23T11:59:59Z' }] },
      expect: [{ resource: 'shop.example:443', status: 'alarm', reason: 'expired' }],
    },
  ],
})
