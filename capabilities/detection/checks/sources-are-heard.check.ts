import { defineCheck } from '../../../kernel/check/check.ts'

export const sourcesAreHeard = defineCheck({
  id: 'detection.sources-are-heard',
  appliesTo: 'product',
  severity: 'high',
  title: {
    de: 'Jedes überwachte Protokoll spricht, und es gibt Regeln dafür',
    en: 'Every log that is watched speaks, and there are rules for it',
  },
  population: { de: 'Quellen', en: 'sources' },
  remedy: {
    de: 'Datei und Rechte von {resource} prüfen (`detection.sources` in bergfried.yaml); schreibt der Dienst noch dorthin?',
    en: 'Check the file and its rights for {resource} (`detection.sources` in bergfried.yaml); does the service still write there?',
  },
  reasons: {
    heard: { de: 'zuletzt {last}', en: 'last {last}' },
    silent: { de: 'seit {last} still', en: 'silent since {last}' },
    never: { de: 'noch nichts gelesen', en: 'nothing read yet' },
    no_rules: { de: 'es gibt keine Regeln', en: 'there are no rules' },
  },
  reads: ['detection_source'],
  dimensions: ['last', 'kind'],
  freshness: 'PT1H',
  sql: `
    with judged as (
      select *, case when rules = 0 then 'no_rules' when last_at is null then 'never'
        when last_at::timestamptz < :now - make_interval(secs => silent_seconds) then 'silent' else 'heard' end as why
      from detection_source
    )
    select system, source as resource, case why when 'heard' then 'ok' else 'alarm' end as status, why as reason, last_at as last, source_kind as kind
    from judged
  `,
  examples: [
    {
      name: { de: 'spricht', en: 'speaks' },
      facts: { detection_source: [{ silentSeconds: 31_622_400 }] },
      expect: [{ resource: 'auth', status: 'ok', reason: 'heard' }],
    },
    {
      name: { de: 'verstummt', en: 'fell silent' },
      facts: { detection_source: [{ lastAt: '2020-01-01T00:00:00Z' }] },
      expect: [{ resource: 'auth', status: 'alarm', reason: 'silent' }],
    },
    {
      name: { de: 'nie gehört', en: 'never heard' },
      facts: { detection_source: [{ lastAt: null }] },
      expect: [{ resource: 'auth', status: 'alarm', reason: 'never' }],
    },
    {
      name: { de: 'ohne Regeln', en: 'without rules' },
      facts: { detection_source: [{ rules: 0 }] },
      expect: [{ resource: 'auth', status: 'alarm', reason: 'no_rules' }],
    },
  ],
})
