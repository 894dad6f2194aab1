import { defineCheck } from '../../../kernel/check/check.ts'

export const strongPasswordHashes = defineCheck({
  id: 'access.strong-password-hashes',
  appliesTo: 'host',
  severity: 'high',
  title: {
    de: 'Kennwörter liegen nur mit einem langsamen, zeitgemäßen Hashverfahren vor',
    en: 'Passwords are kept with a slow, up-to-date hash only',
  },
  population: { de: 'Konten', en: 'accounts' },
  remedy: {
    de: 'In /etc/login.defs ENCRYPT_METHOD YESCRYPT setzen und das Kennwort neu vergeben: passwd {resource}.',
    en: 'Set ENCRYPT_METHOD YESCRYPT in /etc/login.defs and have the password set anew: passwd {resource}.',
  },
  reasons: {
    strong: { de: '{scheme}', en: '{scheme}' },
    weak: { de: '{scheme} ist zu schnell durchprobiert', en: '{scheme} is tried through too fast' },
    no_hash: { de: 'kein Kennwort hinterlegt', en: 'no password is kept' },
    unknown: { de: 'unbekanntes Hashverfahren', en: 'unknown hash' },
  },
  reads: ['host_password'],
  dimensions: ['scheme', 'password'],
  freshness: 'PT24H',
  // Judged by crypt(5), "NOTES" of each method. A locked password counts: unlocking brings its hash back.
  sql: `
    with hash as (
      select system, account, state, scheme,
        case
          when state not in ('set', 'locked') then 'no_hash'
          when scheme in ('yescrypt', 'gost-yescrypt', 'sm3-yescrypt', 'scrypt', 'bcrypt', 'sha512crypt', 'sha256crypt')
            then 'strong'
          when scheme in ('des', 'bigcrypt', 'bsdicrypt', 'md5crypt', 'sunmd5', 'sha1crypt', 'nt') then 'weak'
          else 'unknown'
        end as reason
      from host_password
    ),
    worst as (
      select distinct on (system, account) system, account, state, scheme, reason from hash
      order by system, account, array_position(array['weak', 'unknown', 'strong', 'no_hash'], reason)
    )
    select system, account as resource,
      case reason when 'weak' then 'alarm' when 'unknown' then 'error' else 'ok' end as status,
      reason, scheme, state as password
    from worst
  `,
  examples: [
    {
      name: { de: 'yescrypt, und ein Konto ohne Kennwort', en: 'yescrypt, and an account without a password' },
      facts: { host_password: [{}, { account: 'daemon', state: 'disabled', scheme: null }] },
      expect: [
        { resource: 'ada', status: 'ok', reason: 'strong' },
        { resource: 'daemon', status: 'ok', reason: 'no_hash' },
      ],
    },
    {
      name: {
        de: 'alte Verfahren, auch hinter einer Sperre',
        en: 'old methods, also behind a lock',
      },
      facts: {
        host_password: [
          { scheme: 'md5crypt' },
          { account: 'bob', scheme: 'des', state: 'locked' },
          { account: 'eve', scheme: 'sha512crypt' },
        ],
      },
      expect: [
        { resource: 'ada', status: 'alarm', reason: 'weak' },
        { resource: 'bob', status: 'alarm', reason: 'weak' },
        { resource: 'eve', status: 'ok', reason: 'strong' },
      ],
    },
    {
      name: { de: 'ein unbekanntes Verfahren ist nicht gut', en: 'an unknown method is not fine' },
      facts: { host_password: [{ scheme: 'unknown' }, { account: 'bob', scheme: null }] },
      expect: [
        { resource: 'ada', status: 'error', reason: 'unknown' },
        { resource: 'bob', status: 'error', reason: 'unknown' },
      ],
    },
  ],
})
