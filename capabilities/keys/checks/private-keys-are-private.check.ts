import { defineCheck } from '../../../kernel/check/check.ts'

export const privateKeysArePrivate = defineCheck({
  id: 'keys.private-keys-are-private',
  appliesTo: 'host',
  severity: 'critical',
  title: {
    de: 'Private Schlüssel können nur die lesen, für die sie bestimmt sind',
    en: 'Private keys can be read only by those they are meant for',
  },
  population: { de: 'Schlüsseldateien', en: 'key files' },
  remedy: {
    de: 'chmod 600 {resource} (Hostschlüssel: auch chown root:root {resource}). War die Datei für andere lesbar, den Schlüssel ersetzen: er gilt als bekannt.',
    en: 'chmod 600 {resource} (host keys: chown root:root {resource} too). If others could read the file, replace the key: it counts as known.',
  },
  reasons: {
    private: { de: '{mode} {owner}:{group_name}', en: '{mode} {owner}:{group_name}' },
    others: { de: '{mode}: alle auf diesem Host kommen heran', en: '{mode}: everybody on this host gets at it' },
    group_reads: {
      de: '{mode}: die Gruppe {group_name} liest einen SSH-Schlüssel mit',
      en: '{mode}: the group {group_name} can read an SSH key',
    },
    group_writes: {
      de: '{mode}: die Gruppe {group_name} kann den Schlüssel austauschen',
      en: '{mode}: the group {group_name} can replace the key',
    },
    host_key_owner: {
      de: 'der Hostschlüssel gehört {owner} statt root',
      en: 'the host key belongs to {owner} instead of root',
    },
  },
  reads: ['key_file'],
  dimensions: ['purpose', 'mode', 'owner', 'group_name'],
  freshness: 'PT6H',
  // ssh refuses keys that a group can read (ssh_config(5), StrictModes); Red Hat keeps host keys readable for the group
  // ssh_keys. A TLS key may be read by a group of its own: who is in it is judged by key-holders-are-entitled.
  sql: `
    with file as (
      select system, path, min(purpose) as purpose, max(mode) as mode, min(owner) as owner, min(group_name) as group_name
      from key_file group by system, path
    ),
    judged as (
      select f.*,
        case
          when right(mode, 1) <> '0' then 'others'
          when purpose = 'ssh-host' and owner <> 'root' then 'host_key_owner'
          when substr(mode, 3, 1) in ('2', '3', '6', '7') and group_name <> 'root' then 'group_writes'
          when purpose in ('ssh-host', 'ssh-user') and substr(mode, 3, 1) in ('4', '5')
            and group_name not in ('root', 'ssh_keys') then 'group_reads'
          else 'private'
        end as reason
      from file f
    )
    select system, path as resource, case when reason = 'private' then 'ok' else 'alarm' end as status,
      reason, purpose, mode, owner, group_name
    from judged
  `,
  examples: [
    {
      name: {
        de: 'nur für den Eigentümer, und ein TLS-Schlüssel für eine Gruppe',
        en: 'for the owner alone, and a TLS key for a group',
      },
      facts: {
        key_file: [
          {},
          { path: '/home/ada/.ssh/id_ed25519', purpose: 'ssh-user', owner: 'ada', groupName: 'ada' },
          { path: '/etc/ssl/private/server.key', purpose: 'tls', mode: '0640', groupName: 'ssl-cert' },
          { path: '/etc/ssh/ssh_host_rsa_key', mode: '0640', groupName: 'ssh_keys' },
        ],
      },
      expect: [
        { resource: '/etc/ssh/ssh_host_ed25519_key', status: 'ok', reason: 'private' },
        { resource: '/home/ada/.ssh/id_ed25519', status: 'ok', reason: 'private' },
        { resource: '/etc/ssl/private/server.key', status: 'ok', reason: 'private' },
        { resource: '/etc/ssh/ssh_host_rsa_key', status: 'ok', reason: 'private' },
      ],
    },
    {
      name: {
        de: 'für alle lesbar, für eine Gruppe lesbar oder austauschbar, in falschen Händen',
        en: 'readable for all, readable or replaceable for a group, in the wrong hands',
      },
      facts: {
        key_file: [
          { path: '/a', mode: '0644' },
          { path: '/b', mode: '0601', purpose: 'tls' },
          { path: '/c', mode: '0640', purpose: 'ssh-user', owner: 'ada', groupName: 'users' },
          { path: '/d', mode: '0660', purpose: 'tls', groupName: 'www-data' },
          { path: '/e', owner: 'ada' },
        ],
      },
      expect: [
        { resource: '/a', status: 'alarm', reason: 'others' },
        { resource: '/b', status: 'alarm', reason: 'others' },
        { resource: '/c', status: 'alarm', reason: 'group_reads' },
        { resource: '/d', status: 'alarm', reason: 'group_writes' },
        { resource: '/e', status: 'alarm', reason: 'host_key_owner' },
      ],
    },
    {
      name: {
        de: 'eine Passphrase erlaubt keine offene Datei',
        en: 'a passphrase does not allow an open file',
      },
      facts: {
        key_file: [{ path: '/home/ada/.ssh/id_rsa', purpose: 'ssh-user', owner: 'ada', mode: '0604', encrypted: true }],
      },
      expect: [{ resource: '/home/ada/.ssh/id_rsa', status: 'alarm', reason: 'others' }],
    },
  ],
})
