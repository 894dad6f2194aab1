import { defineCheck } from '../../../kernel/check/check.ts'

export const strongCertificateKeys = defineCheck({
  id: 'network.strong-certificate-keys',
  appliesTo: 'endpoint',
  severity: 'high',
  title: { de: 'Die Schlüssel der Zertifikate sind stark genug', en: 'The keys of the certificates are strong enough' },
  population: { de: 'Endpunkte', en: 'endpoints' },
  remedy: {
    de: 'Für {resource} einen neuen Schlüssel erzeugen (ECDSA P-256, Ed25519 oder RSA ab 2048, besser 3072 Bit) und das Zertifikat darauf neu ausstellen lassen; den alten nicht weiterverwenden.',
    en: 'Make a new key for {resource} (ECDSA P-256, Ed25519 or RSA from 2048, better 3072 bits) and have the certificate issued for it; do not reuse the old one.',
  },
  reasons: {
    strong: { de: '{key_type} mit {key_bits} Bit', en: '{key_type} with {key_bits} bits' },
    weak: { de: 'zu schwach: {key_type} mit {key_bits} Bit', en: 'too weak: {key_type} with {key_bits} bits' },
    unknown: { de: 'Art des Schlüssels unbekannt: {key_type}', en: 'unknown kind of key: {key_type}' },
  },
  reads: ['tls_endpoint'],
  dimensions: ['key_type', 'key_bits'],
  freshness: 'PT24H',
  // Floors: NIST SP 800-131A rev. 2 (112 bits of strength). DSA is withdrawn by FIPS 186-5.
  sql: `
    with judged as (
      select system, address, key_type, key_bits,
        case
          when key_type ~* '^(ed25519|ed448)$' then 'strong'
          when key_type ~* '^dsa$' then 'weak'
          when key_type ~* '^(rsa|ec)' and key_bits = 0 then 'unknown'
          when key_type ~* '^rsa' then case when key_bits >= 2048 then 'strong' else 'weak' end
          when key_type ~* '^ec' then case when key_bits >= 256 then 'strong' else 'weak' end
          else 'unknown'
        end as reason
      from tls_endpoint
    )
    select system, address as resource,
      case reason when 'strong' then 'ok' when 'weak' then 'alarm' else 'error' end as status, reason, key_type, key_bits
    from judged
  `,
  examples: [
    {
      name: { de: 'gängige starke Schlüssel', en: 'usual strong keys' },
      facts: {
        tls_endpoint: [
          {},
          { address: 'rsa:443', keyType: 'rsa', keyBits: 2048 },
          { address: 'pss:443', keyType: 'rsa-pss', keyBits: 3072 },
          { address: 'ed:443', keyType: 'ed25519', keyBits: 0 },
        ],
      },
      expect: [
        { resource: 'shop.example:443', status: 'ok', reason: 'strong' },
        { resource: 'rsa:443', status: 'ok', reason: 'strong' },
        { resource: 'pss:443', status: 'ok', reason: 'strong' },
        { resource: 'ed:443', status: 'ok', reason: 'strong' },
      ],
    },
    {
      name: { de: 'zu kurz oder überholt', en: 'too short or outdated' },
      facts: {
        tls_endpoint: [
          { address: 'rsa:443', keyType: 'rsa', keyBits: 1024 },
          { address: 'ec:443', keyType: 'ec', keyBits: 224 },
          { address: 'dsa:443', keyType: 'dsa', keyBits: 3072 },
        ],
      },
      expect: [
        { resource: 'rsa:443', status: 'alarm', reason: 'weak' },
        { resource: 'ec:443', status: 'alarm', reason: 'weak' },
        { resource: 'dsa:443', status: 'alarm', reason: 'weak' },
      ],
    },
    {
      name: { de: 'was unbekannt ist, ist nicht gut', en: 'what is unknown is not fine' },
      facts: {
        tls_endpoint: [
          { address: 'a:443', keyType: 'ml-dsa-44', keyBits: 0 },
          { address: 'b:443', keyType: 'rsa', keyBits: 0 },
        ],
      },
      expect: [
        { resource: 'a:443', status: 'error', reason: 'unknown' },
        { resource: 'b:443', status: 'error', reason: 'unknown' },
      ],
    },
  ],
})
