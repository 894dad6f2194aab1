import { defineCheck } from '../../../kernel/check/check.ts'

const STRONG = [
  { keyword: 'ciphers', value: 'chacha20-poly1305@openssh.com,aes256-gcm@openssh.com,aes256-ctr' },
  { keyword: 'macs', value: 'hmac-sha2-512-etm@openssh.com,umac-128-etm@openssh.com' },
  {
    keyword: 'kexalgorithms',
    value: 'sntrup761x25519-sha512@openssh.com,curve25519-sha256,diffie-hellman-group14-sha256',
  },
  { keyword: 'hostkeyalgorithms', value: 'ssh-ed25519,rsa-sha2-512' },
  { keyword: 'pubkeyacceptedalgorithms', value: 'ssh-ed25519,rsa-sha2-256' },
]

export const sshStrongAlgorithms = defineCheck({
  id: 'access.ssh-strong-algorithms',
  appliesTo: 'host',
  severity: 'medium',
  title: {
    de: 'Der SSH-Dienst bietet nur starke Verfahren an',
    en: 'The SSH service offers strong algorithms only',
  },
  population: { de: 'Listen von Verfahren', en: 'lists of algorithms' },
  remedy: {
    de: 'In /etc/ssh/sshd_config bei {keyword} diese Verfahren abziehen, zum Beispiel „{keyword} -{weak}“, mit sshd -t prüfen, dann systemctl reload ssh.',
    en: 'Take these algorithms out of {keyword} in /etc/ssh/sshd_config, for example “{keyword} -{weak}”, test with sshd -t, then systemctl reload ssh.',
  },
  reasons: {
    strong: { de: '{keyword}: nur starke Verfahren', en: '{keyword}: strong algorithms only' },
    weak: { de: '{keyword} enthält schwache Verfahren: {weak}', en: '{keyword} contains weak algorithms: {weak}' },
    unknown: { de: '{keyword} ist nicht bekannt', en: '{keyword} is not known' },
    not_installed: { de: 'kein SSH-Dienst installiert', en: 'no SSH service is installed' },
  },
  reads: ['sshd_state', 'sshd_setting'],
  dimensions: ['keyword', 'weak', 'matching'],
  freshness: 'PT24H',
  // CBC: plaintext recovery (CVE-2008-5161) and no authentication of its own; RC4: RFC 8758; 64-bit blocks: Sweet32;
  // SHA-1 and MD5 in MACs, exchange and signatures: RFC 8332, RFC 9142; 64-bit tags: umac-64; DSA: RFC 9142.
  // PubkeyAcceptedAlgorithms was PubkeyAcceptedKeyTypes before OpenSSH 8.5.
  sql: `
    with service as (select system, bool_or(installed) as installed from sshd_state group by system),
    keyword (name, old_name, label, pattern) as (
      values
        ('ciphers', null, 'Ciphers', '(-cbc(@|$)|^arcfour|^3des|^blowfish|^cast128|^none$)'),
        ('macs', null, 'MACs', '^(hmac-(md5|sha1|ripemd160)|umac-64|none$)'),
        ('kexalgorithms', null, 'KexAlgorithms', '^(diffie-hellman-group(1|14|-exchange)-sha1|rsa1024-sha1|gss-.*-sha1)'),
        ('hostkeyalgorithms', null, 'HostKeyAlgorithms', '^ssh-(rsa|dss)(-cert-v0[01]@openssh.com)?$'),
        ('pubkeyacceptedalgorithms', 'pubkeyacceptedkeytypes', 'PubkeyAcceptedAlgorithms',
          '^ssh-(rsa|dss)(-cert-v0[01]@openssh.com)?$')
    ),
    offered as (
      select v.system, k.label, t.matching, t.value,
        array(
          select a.algorithm from unnest(string_to_array(t.value, ',')) with ordinality as a(algorithm, position)
          where a.algorithm ~ k.pattern order by a.position
        ) as weak
      from service v
      cross join keyword k
      left join sshd_setting t on t.system = v.system and t.keyword in (k.name, k.old_name)
      where v.installed
    ),
    judged as (
      select system, label, matching, nullif(array_to_string(weak, ','), '') as weak,
        case when coalesce(value, '') = '' then 'unknown' when cardinality(weak) > 0 then 'weak' else 'strong' end as reason
      from offered
      union all
      select system, 'Ciphers', null, null, 'not_installed' from service where not installed
    )
    select system, 'sshd ' || label || coalesce(' (' || nullif(matching, '') || ')', '') as resource,
      case reason when 'weak' then 'alarm' when 'unknown' then 'error' when 'not_installed' then 'skip' else 'ok' end as status,
      reason, label as keyword, weak, nullif(matching, '') as matching
    from judged
  `,
  examples: [
    {
      name: { de: 'nur starke Verfahren', en: 'strong algorithms only' },
      facts: { sshd_state: [{}], sshd_setting: STRONG },
      expect: ['Ciphers', 'MACs', 'KexAlgorithms', 'HostKeyAlgorithms', 'PubkeyAcceptedAlgorithms'].map((keyword) => ({
        resource: `sshd ${keyword}`,
        status: 'ok' as const,
        reason: 'strong',
      })),
    },
    {
      name: { de: 'in jeder Liste ein schwaches', en: 'a weak one in each list' },
      facts: {
        sshd_state: [{}],
        sshd_setting: [
          { keyword: 'ciphers', value: 'aes256-ctr,aes128-cbc' },
          { keyword: 'macs', value: 'hmac-sha2-256,hmac-sha1-etm@openssh.com,umac-64@openssh.com' },
          { keyword: 'kexalgorithms', value: 'curve25519-sha256,diffie-hellman-group14-sha1' },
          { keyword: 'hostkeyalgorithms', value: 'ssh-ed25519,ssh-rsa' },
          { keyword: 'pubkeyacceptedkeytypes', value: 'ssh-ed25519,ssh-dss-cert-v01@openssh.com' },
        ],
      },
      expect: ['Ciphers', 'MACs', 'KexAlgorithms', 'HostKeyAlgorithms', 'PubkeyAcceptedAlgorithms'].map((keyword) => ({
        resource: `sshd ${keyword}`,
        status: 'alarm' as const,
        reason: 'weak',
      })),
    },
    {
      name: {
        de: 'ein Match-Block mit einer eigenen Liste; eine fehlende Liste ist unbekannt',
        en: 'a Match block with a list of its own; a missing list is unknown',
      },
      facts: {
        sshd_state: [{}],
        sshd_setting: [
          ...STRONG.slice(1),
          { keyword: 'pubkeyacceptedalgorithms', value: 'ssh-ed25519,ssh-rsa', matching: 'user legacy' },
        ],
      },
      expect: [
        { resource: 'sshd Ciphers', status: 'error', reason: 'unknown' },
        { resource: 'sshd MACs', status: 'ok', reason: 'strong' },
        { resource: 'sshd KexAlgorithms', status: 'ok', reason: 'strong' },
        { resource: 'sshd HostKeyAlgorithms', status: 'ok', reason: 'strong' },
        { resource: 'sshd PubkeyAcceptedAlgorithms', status: 'ok', reason: 'strong' },
        { resource: 'sshd PubkeyAcceptedAlgorithms (user legacy)', status: 'alarm', reason: 'weak' },
      ],
    },
    {
      name: { de: 'ohne SSH-Dienst nicht anwendbar', en: 'not applicable without an SSH service' },
      facts: { sshd_state: [{ installed: false, running: false, version: null }] },
      expect: [{ resource: 'sshd Ciphers', status: 'skip', reason: 'not_installed' }],
    },
  ],
})
