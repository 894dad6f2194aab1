import { defineCheck } from '../../../kernel/check/check.ts'

export const webServersOfferTls = defineCheck({
  id: 'network.web-servers-offer-tls',
  appliesTo: 'host',
  severity: 'high',
  title: {
    de: 'Wer unverschlüsselt ausliefert, bietet daneben HTTPS an',
    en: 'Whoever serves in clear text offers HTTPS as well',
  },
  population: { de: 'Webserver mit unverschlüsseltem Port', en: 'web servers with a clear-text port' },
  remedy: {
    de: 'Den Webserver auch auf 443 mit Zertifikat lauschen lassen (certbot --nginx oder certbot --apache) und Port {port} nur noch umleiten – oder ihn an 127.0.0.1 binden, wenn ein Proxy davorsteht.',
    en: 'Let the web server listen on 443 with a certificate as well (certbot --nginx or certbot --apache) and make port {port} redirect only – or bind it to 127.0.0.1 where a proxy stands before it.',
  },
  reasons: {
    loopback_only: { de: 'nur auf diesem Host erreichbar', en: 'reachable on this host only' },
    tls_beside: { de: 'daneben lauscht Port {tls_port}', en: 'port {tls_port} listens beside it' },
    clear_text_only: {
      de: 'kein Port mit TLS daneben (Prozess {process})',
      en: 'no port with TLS beside it (process {process})',
    },
  },
  reads: ['listener'],
  dimensions: ['port', 'tls_port', 'process'],
  freshness: 'PT1H',
  // Whether the TLS behind 443 is any good, and whether the clear-text port redirects, is measured from outside, at the
  // endpoint. Here it is about servers that nobody has entered as an endpoint.
  sql: `
    with tls as (
      -- The same address, or every address.
      select system, address, reach, min(port) as port
      from listener
      where protocol = 'tcp' and port in (443, 8443) and reach <> 'loopback'
      group by system, address, reach
    ),
    web as (
      select l.system, l.port, l.reach, min(l.process) as process, min(t.port) as tls_port,
        l.protocol || ' ' || case when l.address like '%:%' then '[' || l.address || ']' else l.address end || ':' || l.port as resource
      from listener l
      left join tls t on t.system = l.system and (t.reach = 'any' or t.address = l.address)
      where l.protocol = 'tcp' and l.port in (80, 3000, 8000, 8080)
      group by l.system, l.protocol, l.address, l.port, l.reach
    )
    select
      system,
      resource,
      case when reach = 'loopback' or tls_port is not null then 'ok' else 'alarm' end as status,
      case when reach = 'loopback' then 'loopback_only' when tls_port is not null then 'tls_beside' else 'clear_text_only' end as reason,
      port,
      case when reach <> 'loopback' then tls_port end as tls_port,
      coalesce(process, '?') as process
    from web
  `,
  examples: [
    {
      name: {
        de: 'Port 80 leitet auf 443 um, die Anwendung lauscht nur lokal',
        en: 'Port 80 redirects to 443, the application listens locally only',
      },
      facts: {
        listener: [
          { port: 80, process: 'nginx' },
          { port: 443, process: 'nginx' },
          { address: '127.0.0.1', port: 3000, reach: 'loopback' },
        ],
      },
      expect: [
        { resource: 'tcp 0.0.0.0:80', status: 'ok', reason: 'tls_beside' },
        { resource: 'tcp 127.0.0.1:3000', status: 'ok', reason: 'loopback_only' },
      ],
    },
    {
      name: {
        de: 'Eine Anwendung ohne TLS auf allen Schnittstellen',
        en: 'An application without TLS on every interface',
      },
      facts: {
        listener: [{ address: '::', port: 8080, process: 'java' }],
      },
      expect: [{ resource: 'tcp [::]:8080', status: 'alarm', reason: 'clear_text_only' }],
    },
    {
      name: { de: 'TLS auf einer anderen Adresse hilft nicht', en: 'TLS on another address does not help' },
      facts: {
        listener: [
          { address: '192.0.2.7', port: 80, reach: 'one' },
          { address: '192.0.2.8', port: 443, reach: 'one' },
        ],
      },
      expect: [{ resource: 'tcp 192.0.2.7:80', status: 'alarm', reason: 'clear_text_only' }],
    },
    {
      name: { de: 'Kein Webserver', en: 'No web server' },
      facts: {
        listener: [{}],
      },
      expect: [{ resource: '*', status: 'skip', reason: 'nothing_in_scope' }],
    },
  ],
})
