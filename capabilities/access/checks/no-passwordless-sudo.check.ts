import { defineCheck } from '../../../kernel/check/check.ts'

export const noPasswordlessSudo = defineCheck({
  id: 'access.no-passwordless-sudo',
  appliesTo: 'host',
  severity: 'high',
  title: {
    de: 'sudo fragt nach dem Kennwort, bevor jemand root wird',
    en: 'sudo asks for the password before somebody becomes root',
  },
  population: { de: 'sudo-Regeln', en: 'sudo rules' },
  remedy: {
    de: 'In {place} mit visudo NOPASSWD oder !authenticate entfernen, oder die Regel auf genau den einen Befehl mit seinen Argumenten verengen.',
    en: 'Remove NOPASSWD or !authenticate in {place} with visudo, or narrow the rule to the one command with its arguments.',
  },
  reasons: {
    asks: { de: 'fragt nach dem Kennwort', en: 'asks for the password' },
    root_itself: { de: 'gilt nur für root selbst', en: 'is for root itself alone' },
    narrow: {
      de: '{subject}: ohne Kennwort, aber nur einzelne Befehle',
      en: '{subject}: without a password, but for single commands alone',
    },
    no_password: {
      de: '{subject}: wird ohne Kennwort ein anderer',
      en: '{subject}: becomes another without a password',
    },
    not_authenticated: {
      de: 'eine Voreinstellung erlässt das Kennwort',
      en: 'a default waives the password',
    },
  },
  reads: ['host_sudo_rule', 'host_sudo_setting'],
  dimensions: ['place', 'subject', 'commands'],
  freshness: 'PT6H',
  // An open session is then enough to be root. "exempt_group" does the same for a group (sudoers(5)).
  sql: `
    with
    spec as (
      select r.system, r.file || ':' || r.line as place, r.subject_kind, r.subject, r.no_password,
        r.run_as && array['ALL', 'root', '#0'] as as_root,
        array(
          select regexp_replace(c.command, '^sha[0-9]+:[^ ]+ ', '') from unnest(r.commands) as c(command)
          where left(c.command, 1) <> '!'
        ) as commands
      from host_sudo_rule r
    ),
    judged_rule as (
      select s.*, exists (
        select from unnest(s.commands) as c(command) where
        (
          command = 'ALL' or command ~ '[*?[]' or command ~ '^[^ ]*/$' or left(command, 1) = '^'
          or command ~ '/(sh|ash|bash|dash|ksh|zsh|fish|tcsh|csh|su|sudo|env|vi|vim|vim[.].*|nvim|nano|emacs|ed|less|more|man|awk|gawk|mawk|perl|python[0-9.]*|ruby|node|php|lua|gdb|script|screen|tmux|nsenter|unshare|chroot|ssh|visudo|vipw)( |$)'
          or command ~ '(^sudoedit|/(find|xargs|tee|dd|cp|mv|ln|install|sed|chmod|chown|chgrp|tar|zip|rsync|scp|mount|systemctl|service|docker|podman|apt|apt-get|dpkg|pip[0-9]*|npm|passwd|chpasswd|useradd|usermod|adduser|groupadd|gpasswd|crontab|at|git|openssl|tcpdump|strace|kexec|insmod|modprobe|sysctl|setcap|nft))$'
        )
      ) as strong
      from spec s
    ),
    line as (
      select system, place,
        case max(case
            when not no_password then 0
            when subject_kind = 'user' and subject = 'root' then 1
            when not strong then 2
            else 3
          end)
          when 0 then 'asks' when 1 then 'root_itself' when 2 then 'narrow' else 'no_password'
        end as reason,
        string_agg(distinct subject, ', ') as subject,
        string_agg(distinct array_to_string(commands, ', '), ', ') filter (where no_password) as commands
      from judged_rule group by system, place
    )
    select system, 'sudoers:' || place as resource,
      case reason when 'no_password' then 'alarm' when 'narrow' then 'info' else 'ok' end as status,
      reason, place, subject, left(commands, 500) as commands
    from line
    union all
    select system, 'sudoers:' || file || ':' || line || ' ' || setting, 'alarm', 'not_authenticated',
      file || ':' || line, string_agg(distinct nullif(scope, ''), ', '), null
    from host_sudo_setting
    where (setting = 'authenticate' and negated) or (setting = 'exempt_group' and not negated)
    group by system, file, line, setting
  `,
  examples: [
    {
      name: {
        de: 'mit Kennwort; root braucht keines',
        en: 'with a password; root needs none',
      },
      facts: {
        host_sudo_rule: [{}, { line: 28, subjectKind: 'user', subject: 'root', noPassword: true }],
        host_sudo_setting: [{}, { line: 10, setting: 'authenticate' }],
      },
      expect: [
        { resource: 'sudoers:/etc/sudoers:27', status: 'ok', reason: 'asks' },
        { resource: 'sudoers:/etc/sudoers:28', status: 'ok', reason: 'root_itself' },
      ],
    },
    {
      name: {
        de: 'NOPASSWD für alles; für einen Teil einer Zeile; für einen einzelnen Befehl',
        en: 'NOPASSWD for everything; for a part of a line; for a single command',
      },
      facts: {
        host_sudo_rule: [
          { noPassword: true },
          { line: 28, subject: 'ops' },
          { line: 28, subject: 'ops', commands: ['/usr/bin/less /var/log/syslog'], noPassword: true },
          { line: 29, subject: 'monitor', commands: ['/usr/lib/monitor/check disk'], noPassword: true },
          { line: 30, subject: 'shop', runAs: ['postgres'], noPassword: true },
        ],
      },
      expect: [
        { resource: 'sudoers:/etc/sudoers:27', status: 'alarm', reason: 'no_password' },
        { resource: 'sudoers:/etc/sudoers:28', status: 'alarm', reason: 'no_password' },
        { resource: 'sudoers:/etc/sudoers:29', status: 'info', reason: 'narrow' },
        { resource: 'sudoers:/etc/sudoers:30', status: 'alarm', reason: 'no_password' },
      ],
    },
    {
      name: {
        de: 'Voreinstellungen, die das Kennwort erlassen',
        en: 'defaults that waive the password',
      },
      facts: {
        host_sudo_rule: [{}],
        host_sudo_setting: [
          { file: '/etc/sudoers.d/ops', line: 2, scope: ':ada', setting: 'authenticate', negated: true },
          { line: 11, setting: 'exempt_group', value: 'sudo' },
        ],
      },
      expect: [
        { resource: 'sudoers:/etc/sudoers:27', status: 'ok', reason: 'asks' },
        { resource: 'sudoers:/etc/sudoers.d/ops:2 authenticate', status: 'alarm', reason: 'not_authenticated' },
        { resource: 'sudoers:/etc/sudoers:11 exempt_group', status: 'alarm', reason: 'not_authenticated' },
      ],
    },
  ],
})
