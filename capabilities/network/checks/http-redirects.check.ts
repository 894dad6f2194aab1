import { defineCheck } from '../../../kernel/check/check.ts'

export const httpRedirects = defineCheck({
  id: 'network.http-redirects',
  appliesTo: 'endpoint',
  severity: 'medium',
  title: {
    de: 'Unverschlüsseltes HTTP führt zu HTTPS oder ist geschlossen',
    en: 'Unencrypted HTTP leads to HTTPS or is closed',
  },
  population: { de: 'Endpunkte', en: 'endpoints' },
  remedy: {
    de: 'Auf Port 80 nur weiterleiten (nginx: return 301 https://$host$request_uri;) oder ihn schließen.',
    en: 'Redirect on port 80 and do nothing else (nginx: return 301 https://$host$request_uri;) or close it.',
  },
  reasons: {
    redirects: { de: 'leitet zu HTTPS weiter', en: 'redirects to HTTPS' },
    closed: { de: 'Port 80 ist geschlossen', en: 'port 80 is closed' },
    answers: { de: 'antwortet im Klartext', en: 'answers in clear text' },
    not_https: { de: 'kein Webserver ({purpose})', en: 'no web server ({purpose})' },
    unknown: { de: 'Port 80 wurde nicht gefragt', en: 'port 80 was not asked' },
  },
  reads: ['tls_endpoint'],
  dimensions: ['purpose'],
  freshness: 'PT24H',
  sql: `
    with judged as (
      select system, address, purpose, case when purpose <> 'https' then 'not_https' else coalesce(plain_http, 'unknown') end as reason
      from tls_endpoint
    )
    select system, address as resource,
      case reason when 'answers' then 'alarm' when 'not_https' then 'skip' when 'unknown' then 'error' else 'ok' end as status,
      reason, purpose
    from judged
  `,
  examples: [
    {
      name: { de: 'leitet weiter oder ist zu', en: 'redirects or is closed' },
      facts: { tls_endpoint: [{}, { address: 'b:443', plainHttp: 'closed' }] },
      expect: [
        { resource: 'shop.example:443', status: 'ok', reason: 'redirects' },
        { resource: 'b:443', status: 'ok', reason: 'closed' },
      ],
    },
    {
      name: { de: 'antwortet im Klartext', en: 'answers in clear text' },
      facts: { tls_endpoint: [{ plainHttp: 'answers' }] },
      expect: [{ resource: 'shop.example:443', status: 'alarm', reason: 'answers' }],
    },
    {
      name: { de: 'nicht gefragt, oder kein Webserver', en: 'not asked, or no web server' },
      facts: { tls_endpoint: [{ plainHttp: null }, { address: 'db:5432', purpose: 'postgres', plainHttp: null }] },
      expect: [
        { resource: 'shop.example:443', status: 'error', reason: 'unknown' },
        { resource: 'db:5432', status: 'skip', reason: 'not_https' },
      ],
    },
  ],
})
