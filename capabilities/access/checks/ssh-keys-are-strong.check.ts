import { defineCheck } from '../../../kernel/check/check.ts'

export const sshKeysAreStrong = defineCheck({
  id: 'access.ssh-keys-are-strong',
  appliesTo: 'host',
  severity: 'high',
  title: {
    de: 'Hinterlegte SSH-Schlüssel sind stark genug',
    en: 'Authorised SSH keys are strong enough',
  },
  population: { de: 'hinterlegte Schlüssel', en: 'authorised keys' },
  remedy: {
    de: 'Einen neuen Schlüssel erzeugen (ssh-keygen -t ed25519), anmelden und den alten aus {place} löschen.',
    en: 'Make a new key (ssh-keygen -t ed25519), enrol it and remove the old one from {place}.',
  },
  reasons: {
    strong: { de: '{type}, {bits} Bit', en: '{type}, {bits} bits' },
    short: { de: '{type} mit nur {bits} Bit, nötig sind 3072', en: '{type} with only {bits} bits, 3072 are needed' },
    broken: { de: '{type} gilt als gebrochen', en: '{type} counts as broken' },
    unknown: { de: 'Stärke von {type} nicht bekannt', en: 'the strength of {type} is not known' },
  },
  reads: ['ssh_authorized_key'],
  dimensions: ['type', 'bits', 'place'],
  freshness: 'PT24H',
  // 3072 bits of RSA equal the 128 bits of Ed25519 and P-256 (NIST SP 800-57 part 1, table 2).
  sql: `
    with held as (
      select system, account, fingerprint, min(key_type) as type, min(bits) as bits,
        string_agg(distinct file || ':' || line, ', ') as place
      from ssh_authorized_key group by system, account, fingerprint
    ),
    judged as (
      select h.*,
        case
          when type ~ '^(ssh-ed25519|sk-ssh-ed25519|ecdsa-sha2-nistp(256|384|521)|sk-ecdsa-sha2-nistp256)(@|-cert-v|$)'
            then 'strong'
          when type ~ '^ssh-(dss|dsa)' then 'broken'
          when type !~ '^(ssh-rsa|rsa-sha2-)' or bits is null then 'unknown'
          when bits < 3072 then 'short'
          else 'strong'
        end as reason
      from held h
    )
    select system, account || ' ' || fingerprint as resource,
      case reason when 'strong' then 'ok' when 'unknown' then 'error' else 'alarm' end as status,
      reason, type, bits, place
    from judged
  `,
  examples: [
    {
      name: {
        de: 'Ed25519, ECDSA, Hardwareschlüssel und langes RSA',
        en: 'Ed25519, ECDSA, hardware keys and long RSA',
      },
      facts: {
        ssh_authorized_key: [
          { fingerprint: 'SHA256:a' },
          { fingerprint: 'SHA256:b', keyType: 'ecdsa-sha2-nistp256' },
          { fingerprint: 'SHA256:c', keyType: 'sk-ssh-ed25519@openssh.com' },
          { fingerprint: 'SHA256:d', keyType: 'ssh-rsa', bits: 3072 },
        ],
      },
      expect: [
        { resource: 'ada SHA256:a', status: 'ok', reason: 'strong' },
        { resource: 'ada SHA256:b', status: 'ok', reason: 'strong' },
        { resource: 'ada SHA256:c', status: 'ok', reason: 'strong' },
        { resource: 'ada SHA256:d', status: 'ok', reason: 'strong' },
      ],
    },
    {
      name: { de: 'kurzes RSA und DSA', en: 'short RSA and DSA' },
      facts: {
        ssh_authorized_key: [
          { fingerprint: 'SHA256:a', keyType: 'ssh-rsa', bits: 2048 },
          { fingerprint: 'SHA256:b', keyType: 'ssh-dss', bits: 1024 },
        ],
      },
      expect: [
        { resource: 'ada SHA256:a', status: 'alarm', reason: 'short' },
        { resource: 'ada SHA256:b', status: 'alarm', reason: 'broken' },
      ],
    },
    {
      name: { de: 'unbekannte Länge oder Art ist nicht gut', en: 'an unknown length or kind is not fine' },
      facts: {
        ssh_authorized_key: [
          { fingerprint: 'SHA256:a', keyType: 'ssh-rsa', bits: null },
          { fingerprint: 'SHA256:b', keyType: 'ssh-xmss@openssh.com', bits: null },
        ],
      },
      expect: [
        { resource: 'ada SHA256:a', status: 'error', reason: 'unknown' },
        { resource: 'ada SHA256:b', status: 'error', reason: 'unknown' },
      ],
    },
  ],
})
