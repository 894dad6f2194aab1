import { defineCheck } from '../../../kernel/check/check.ts'

export const hstsIsSent = defineCheck({
  id: 'network.hsts-is-sent',
  appliesTo: 'endpoint',
  severity: 'medium',
  title: {
    de: 'Webseiten verpflichten den Browser für mindestens ein halbes Jahr auf HTTPS',
    en: 'Web sites bind the browser to HTTPS for at least half a year',
  },
  population: { de: 'Endpunkte', en: 'endpoints' },
  remedy: {
    de: 'An {resource} den Kopf „Strict-Transport-Security: max-age=31536000; includeSubDomains“ senden (nginx: add_header … always).',
    en: 'Send the header “Strict-Transport-Security: max-age=31536000; includeSubDomains” from {resource} (nginx: add_header … always).',
  },
  reasons: {
    sent: { de: 'gilt {seconds} Sekunden', en: 'holds for {seconds} seconds' },
    not_sent: { de: 'wird nicht gesendet', en: 'is not sent' },
    too_short: { de: 'gilt nur {seconds} Sekunden', en: 'holds for {seconds} seconds only' },
    not_https: { de: 'kein Webserver ({purpose})', en: 'no web server ({purpose})' },
  },
  reads: ['tls_endpoint'],
  dimensions: ['seconds', 'purpose'],
  freshness: 'PT24H',
  // RFC 6797. 15552000 s are 180 days; 0 switches the obligation off.
  sql: `
    with judged as (
      select system, address, hsts_seconds as seconds, purpose,
        case
          when purpose <> 'https' then 'not_https'
          when hsts_seconds is null then 'not_sent'
          when hsts_seconds < 15552000 then 'too_short'
          else 'sent'
        end as reason
      from tls_endpoint
    )
    select system, address as resource,
      case reason when 'sent' then 'ok' when 'not_https' then 'skip' else 'alarm' end as status, reason, seconds, purpose
    from judged
  `,
  examples: [
    {
      name: { de: 'ein Jahr, oder genau 180 Tage', en: 'a year, or exactly 180 days' },
      facts: { tls_endpoint: [{}, { address: 'b:443', hstsSeconds: 15552000 }] },
      expect: [
        { resource: 'shop.example:443', status: 'ok', reason: 'sent' },
        { resource: 'b:443', status: 'ok', reason: 'sent' },
      ],
    },
    {
      name: { de: 'nicht gesendet, zu kurz, abgeschaltet', en: 'not sent, too short, switched off' },
      facts: {
        tls_endpoint: [
          { address: 'a:443', hstsSeconds: null },
          { address: 'b:443', hstsSeconds: 86400 },
          { address: 'c:443', hstsSeconds: 0 },
        ],
      },
      expect: [
        { resource: 'a:443', status: 'alarm', reason: 'not_sent' },
        { resource: 'b:443', status: 'alarm', reason: 'too_short' },
        { resource: 'c:443', status: 'alarm', reason: 'too_short' },
      ],
    },
    {
      name: { de: 'eine Datenbank ist kein Webserver', en: 'a database is no web server' },
      facts: { tls_endpoint: [{ address: 'db.example:5432', purpose: 'postgres', hstsSeconds: null }] },
      expect: [{ resource: 'db.example:5432', status: 'skip', reason: 'not_https' }],
    },
  ],
})
