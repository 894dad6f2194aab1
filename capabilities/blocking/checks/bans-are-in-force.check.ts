import { defineCheck } from '../../../kernel/check/check.ts'

export const bansAreInForce = defineCheck({
  id: 'blocking.bans-are-in-force',
  appliesTo: 'product',
  severity: 'high',
  title: {
    de: 'Jede beschlossene Sperre ist im Kern in Kraft',
    en: 'Every ban that was decided is in force in the kernel',
  },
  population: { de: 'Sperrwerke', en: 'blockers' },
  remedy: {
    de: '`bergfried ban list` zeigt, woran es hängt. `blocking: { mode: armed }` schaltet scharf; Bergfried braucht dafür nft und CAP_NET_ADMIN.',
    en: '`bergfried ban list` shows what it hangs on. `blocking: { mode: armed }` arms it; Bergfried needs nft and CAP_NET_ADMIN for that.',
  },
  reasons: {
    in_force: { de: '{enforced} von {decided} in Kraft', en: '{enforced} of {decided} in force' },
    missing: { de: 'nur {enforced} von {decided} in Kraft', en: 'only {enforced} of {decided} in force' },
    unread: { de: 'der Kern antwortet nicht: {problem}', en: 'the kernel does not answer: {problem}' },
    dry_run: { de: 'es wird nur geprobt, niemand ausgesperrt', en: 'it only rehearses, nobody is kept out' },
    off: { de: 'ausgeschaltet', en: 'switched off' },
  },
  reads: ['blocking_state'],
  dimensions: ['decided', 'enforced', 'problem'],
  freshness: 'PT1H',
  sql: `
    with judged as (
      select *, case when mode = 'off' then 'off' when mode = 'dry-run' then 'dry_run' when enforced is null then 'unread'
        when enforced < decided then 'missing' else 'in_force' end as why
      from blocking_state
    )
    select system, 'kernel' as resource, case why when 'in_force' then 'ok' when 'unread' then 'error' else 'alarm' end as status,
      why as reason, decided::text as decided, enforced::text as enforced, problem
    from judged
  `,
  examples: [
    {
      name: { de: 'alle in Kraft', en: 'all in force' },
      facts: { blocking_state: [{}] },
      expect: [{ resource: 'kernel', status: 'ok', reason: 'in_force' }],
    },
    {
      name: { de: 'der Kern hat welche verloren', en: 'the kernel has lost some' },
      facts: { blocking_state: [{ enforced: 2 }] },
      expect: [{ resource: 'kernel', status: 'alarm', reason: 'missing' }],
    },
    {
      name: { de: 'nft fehlt', en: 'nft is missing' },
      facts: { blocking_state: [{ enforced: null, problem: 'blocking.kernel' }] },
      expect: [{ resource: 'kernel', status: 'error', reason: 'unread' }],
    },
    {
      name: { de: 'nur geprobt', en: 'only rehearsed' },
      facts: { blocking_state: [{ mode: 'dry-run', enforced: null }] },
      expect: [{ resource: 'kernel', status: 'alarm', reason: 'dry_run' }],
    },
    {
      name: { de: 'ausgeschaltet', en: 'switched off' },
      facts: { blocking_state: [{ mode: 'off', decided: 0, enforced: null }] },
      expect: [{ resource: 'kernel', status: 'alarm', reason: 'off' }],
    },
  ],
})
