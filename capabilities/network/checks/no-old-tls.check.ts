import { defineCheck } from '../../../kernel/check/check.ts'

export const noOldTls = defineCheck({
  id: 'network.no-old-tls',
  appliesTo: 'endpoint',
  severity: 'high',
  title: { de: 'Kein Endpunkt spricht veraltetes TLS', en: 'No endpoint speaks outdated TLS' },
  population: { de: 'Endpunkte', en: 'endpoints' },
  remedy: {
    de: 'An {resource} nur TLS 1.2 und 1.3 zulassen (nginx: ssl_protocols TLSv1.2 TLSv1.3; PostgreSQL: ssl_min_protocol_version = TLSv1.2).',
    en: 'Admit TLS 1.2 and 1.3 alone at {resource} (nginx: ssl_protocols TLSv1.2 TLSv1.3; PostgreSQL: ssl_min_protocol_version = TLSv1.2).',
  },
  reasons: {
    modern: { de: 'spricht {protocols}', en: 'speaks {protocols}' },
    old: { de: 'spricht auch {protocols}', en: 'also speaks {protocols}' },
    weak_cipher: { de: 'einigt sich auf {cipher}', en: 'agrees on {cipher}' },
    unknown: { de: 'die Fassungen wurden nicht ermittelt', en: 'the versions were not found out' },
  },
  reads: ['tls_endpoint'],
  dimensions: ['protocols', 'cipher'],
  freshness: 'PT24H',
  // RFC 8996 deprecates TLS 1.0 and 1.1, RFC 7465 forbids RC4, RFC 9325 the rest. Whatever is not known to be
  // modern counts as old.
  sql: `
    with judged as (
      select system, address, cipher, array_to_string(protocols, ', ') as protocols,
        case
          when cardinality(protocols) = 0 then 'unknown'
          when not protocols <@ array['TLSv1.2', 'TLSv1.3'] then 'old'
          when cipher ~* '(NULL|EXP|RC4|RC2|DES|IDEA|SEED|MD5|ANON|ADH|AECDH)' then 'weak_cipher'
          else 'modern'
        end as reason
      from tls_endpoint
    )
    select system, address as resource,
      case reason when 'modern' then 'ok' when 'unknown' then 'error' else 'alarm' end as status, reason, protocols, cipher
    from judged
  `,
  examples: [
    {
      name: { de: 'nur 1.2 und 1.3', en: '1.2 and 1.3 only' },
      facts: { tls_endpoint: [{}, { address: 'strict:443', protocols: ['TLSv1.3'] }] },
      expect: [
        { resource: 'shop.example:443', status: 'ok', reason: 'modern' },
        { resource: 'strict:443', status: 'ok', reason: 'modern' },
      ],
    },
    {
      name: { de: 'veraltete Fassungen und schwache Verfahren', en: 'outdated versions and weak ciphers' },
      facts: {
        tls_endpoint: [
          { address: 'a:443', protocols: ['TLSv1.1', 'TLSv1.2', 'TLSv1.3'] },
          { address: 'b:443', protocols: ['TLSv1'] },
          { address: 'c:443', protocols: ['SSLv3', 'TLSv1.2'] },
          { address: 'd:443', protocols: ['TLSv1.2'], cipher: 'ECDHE-RSA-DES-CBC3-SHA' },
        ],
      },
      expect: [
        { resource: 'a:443', status: 'alarm', reason: 'old' },
        { resource: 'b:443', status: 'alarm', reason: 'old' },
        { resource: 'c:443', status: 'alarm', reason: 'old' },
        { resource: 'd:443', status: 'alarm', reason: 'weak_cipher' },
      ],
    },
    {
      name: { de: 'nichts ermittelt ist nicht gut', en: 'nothing found out is not fine' },
      facts: { tls_endpoint: [{ protocols: [] }] },
      expect: [{ resource: 'shop.example:443', status: 'error', reason: 'unknown' }],
    },
  ],
})
