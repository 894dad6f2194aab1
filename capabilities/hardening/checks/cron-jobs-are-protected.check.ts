import { defineCheck } from '../../../kernel/check/check.ts'

export const cronJobsAreProtected = defineCheck({
  id: 'hardening.cron-jobs-are-protected',
  appliesTo: 'host',
  severity: 'high',
  title: {
    de: 'Niemand außer root und dem Konto des Auftrags kann ändern, was ein Zeitauftrag ausführt',
    en: 'Nobody but root and the account of the job can change what a scheduled job runs',
  },
  population: { de: 'Zeitaufträge', en: 'scheduled jobs' },
  remedy: {
    de: 'Dem Programm {program} und den Ordnern darüber die fremden Schreibrechte nehmen (chmod go-w) und sie root übergeben: chown root:root {program}.',
    en: 'Take foreign write permission from the program {program} and the folders above it (chmod go-w) and hand them to root: chown root:root {program}.',
  },
  reasons: {
    protected: {
      de: '{program} ist geschützt (läuft als {account})',
      en: '{program} is protected (runs as {account})',
    },
    builtin: {
      de: 'beginnt mit {program}, einem Wort der Shell; was danach ohne vollen Pfad steht, ist nicht geprüft (läuft als {account})',
      en: 'begins with {program}, a word of the shell; what follows without a full path is not looked at (runs as {account})',
    },
    writable_by_others: {
      de: 'andere können {program} ändern, und es läuft als {account}',
      en: 'others can change {program}, and it runs as {account}',
    },
    by_search_path: {
      de: '{program} ist ohne Pfad genannt: der Suchpfad entscheidet, was als {account} läuft',
      en: '{program} is named without a path: the search path decides what runs as {account}',
    },
    unknown: {
      de: 'wer {program} ändern kann, ist nicht lesbar (läuft als {account})',
      en: 'who can change {program} could not be read (runs as {account})',
    },
  },
  reads: ['cron_job'],
  dimensions: ['program', 'account'],
  freshness: 'PT24H',
  sql: `
    with judged as (
      select system, file, line, program, account,
        case
          when writable_by_others then 1
          when not writable_by_others then 4
          when program like '/%' then 2
          -- Parts of the shell, which no search path replaces (dash(1), "Builtins").
          when program = any ('{.,:,[,cd,command,echo,eval,exec,export,false,printf,read,set,test,true,ulimit,umask,unset,wait}')
            then 5
          else 3
        end as rank
      from cron_job
    ),
    worst as (
      -- One line can start several programs.
      select distinct on (system, file, line) system, file, line, program, account, rank
      from judged
      order by system, file, line, rank, program
    )
    select
      system,
      file || ':' || line as resource,
      (array['alarm', 'error', 'info', 'ok', 'info'])[rank] as status,
      (array['writable_by_others', 'unknown', 'by_search_path', 'protected', 'builtin'])[rank] as reason,
      program,
      account
    from worst
  `,
  examples: [
    {
      name: { de: 'Die Sicherung gehört root', en: 'The backup belongs to root' },
      facts: { cron_job: [{}] },
      expect: [{ resource: '/etc/crontab:17', status: 'ok', reason: 'protected' }],
    },
    {
      name: {
        de: 'Das Programm liegt in einem Ordner, in den andere schreiben',
        en: 'The program lies in a folder that others write to',
      },
      facts: {
        cron_job: [{ file: '/etc/cron.d/report', line: 1, program: '/srv/shared/report', writableByOthers: true }],
      },
      expect: [{ resource: '/etc/cron.d/report:1', status: 'alarm', reason: 'writable_by_others' }],
    },
    {
      name: {
        de: 'Eine Zeile mit zwei Programmen: das schlechtere zählt',
        en: 'A line with two programs: the worse one counts',
      },
      facts: { cron_job: [{}, { program: '/opt/report', writableByOthers: true }] },
      expect: [{ resource: '/etc/crontab:17', status: 'alarm', reason: 'writable_by_others' }],
    },
    {
      name: { de: 'Hinter einem Wort der Shell kann alles stehen', en: 'Anything can follow a word of the shell' },
      facts: { cron_job: [{ program: 'cd', writableByOthers: null }] },
      expect: [{ resource: '/etc/crontab:17', status: 'info', reason: 'builtin' }],
    },
    {
      name: { de: 'Ohne Pfad genannt', en: 'Named without a path' },
      facts: { cron_job: [{ program: 'run-parts', writableByOthers: null }] },
      expect: [{ resource: '/etc/crontab:17', status: 'info', reason: 'by_search_path' }],
    },
    {
      name: {
        de: 'Das Programm gibt es nicht: wer es anlegen kann, ist unbekannt',
        en: 'The program does not exist: who can create it is unknown',
      },
      facts: { cron_job: [{ program: '/opt/gone', writableByOthers: null }] },
      expect: [{ resource: '/etc/crontab:17', status: 'error', reason: 'unknown' }],
    },
  ],
})
