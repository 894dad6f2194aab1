import { defineCheck } from '../../../kernel/check/check.ts'

export const noCleartextRemoteAccess = defineCheck({
  id: 'access.no-cleartext-remote-access',
  appliesTo: 'host',
  severity: 'high',
  title: {
    de: 'Kein Fernzugang im Klartext ist von außen erreichbar',
    en: 'No remote access in clear text can be reached from outside',
  },
  population: { de: 'lauschende Dienste', en: 'listening services' },
  remedy: {
    de: 'Den Dienst abschalten (systemctl disable --now DIENST; ss -ltnup zeigt ihn) und durch SSH, SFTP oder TLS ersetzen, oder nur auf 127.0.0.1 lauschen lassen.',
    en: 'Switch the service off (systemctl disable --now SERVICE; ss -ltnup shows it) and use SSH, SFTP or TLS instead, or let it listen on 127.0.0.1 alone.',
  },
  reasons: {
    clear_text: { de: '{service} überträgt im Klartext', en: '{service} speaks in clear text' },
    local_only: { de: 'nur von diesem Host aus erreichbar', en: 'reachable from this host alone' },
    other: { de: 'kein bekannter Fernzugang im Klartext', en: 'no known remote access in clear text' },
  },
  reads: ['listener'],
  dimensions: ['service', 'process', 'reach'],
  freshness: 'PT1H',
  // By port, whatever process holds it, and by program, whatever port it took. Port 514/tcp is rsh, unless a log service
  // holds it. FTP and VNC can be wrapped in TLS, but then still take clear text unless told otherwise.
  sql: `
    with range (protocol, first, last, service) as (
      values
        ('tcp', 21, 21, 'FTP'),
        ('tcp', 23, 23, 'Telnet'),
        ('udp', 69, 69, 'TFTP'),
        ('tcp', 107, 107, 'RTelnet'),
        ('tcp', 177, 177, 'XDMCP'),
        ('udp', 177, 177, 'XDMCP'),
        ('tcp', 512, 512, 'rexec'),
        ('tcp', 513, 513, 'rlogin'),
        ('tcp', 514, 514, 'rsh'),
        ('tcp', 873, 873, 'rsync'),
        ('tcp', 2375, 2375, 'Docker'),
        ('tcp', 5800, 5809, 'VNC'),
        ('tcp', 5900, 5909, 'VNC'),
        ('tcp', 6000, 6063, 'X11')
    ),
    port as (
      select r.protocol, p.port, r.service from range r cross join lateral generate_series(r.first, r.last) as p(port)
    ),
    program (name, service) as (
      values
        ('telnetd', 'Telnet'), ('in.telnetd', 'Telnet'), ('utelnetd', 'Telnet'),
        ('vsftpd', 'FTP'), ('proftpd', 'FTP'), ('pure-ftpd', 'FTP'), ('in.ftpd', 'FTP'), ('ftpd', 'FTP'),
        ('in.rshd', 'rsh'), ('rshd', 'rsh'), ('in.rlogind', 'rlogin'), ('rlogind', 'rlogin'), ('in.rexecd', 'rexec'),
        ('in.tftpd', 'TFTP'), ('tftpd', 'TFTP'), ('atftpd', 'TFTP'),
        ('x11vnc', 'VNC'), ('Xvnc', 'VNC'), ('Xtigervnc', 'VNC'), ('Xtightvnc', 'VNC'), ('Xorg', 'X11')
    ),
    socket as (
      select l.system, l.protocol, l.address, l.port, min(l.reach) as reach, string_agg(distinct l.process, ', ') as process,
        min(g.service) as service, coalesce(bool_or(l.process ~ 'syslog|vector|fluent|logstash'), false) as logs
      from listener l
      left join program g on g.name = l.process
      group by l.system, l.protocol, l.address, l.port
    ),
    named as (
      select l.system, l.protocol, l.address, l.port, l.reach, l.process, coalesce(l.service, p.service) as service
      from socket l
      left join port p on p.protocol = l.protocol and p.port = l.port and not (p.service = 'rsh' and l.logs)
    )
    select system,
      protocol || ' ' || case when address like '%:%' then '[' || address || ']' else address end || ':' || port as resource,
      case when service is not null and reach <> 'loopback' then 'alarm' else 'ok' end as status,
      case when reach = 'loopback' then 'local_only' when service is not null then 'clear_text' else 'other' end as reason,
      service, process, reach
    from named
  `,
  examples: [
    {
      name: { de: 'SSH, und ein Telnet nur für diesen Host', en: 'SSH, and a telnet for this host alone' },
      facts: {
        listener: [{}, { address: '127.0.0.1', port: 23, reach: 'loopback', process: 'telnetd' }],
      },
      expect: [
        { resource: 'tcp 0.0.0.0:22', status: 'ok', reason: 'other' },
        { resource: 'tcp 127.0.0.1:23', status: 'ok', reason: 'local_only' },
      ],
    },
    {
      name: {
        de: 'Telnet, VNC, X11 und die Docker-Schnittstelle, auch wenn der Prozess nicht zu sehen ist',
        en: 'telnet, VNC, X11 and the Docker interface, also where the process cannot be seen',
      },
      facts: {
        listener: [
          { port: 23, process: null, account: null },
          { address: '::', port: 5901, process: 'Xtigervnc', account: 'ada' },
          { address: '10.0.0.5', reach: 'one', port: 6000, process: 'Xorg' },
          { port: 2375, process: 'dockerd' },
          { protocol: 'udp', port: 69, process: 'in.tftpd' },
        ],
      },
      expect: [
        { resource: 'tcp 0.0.0.0:23', status: 'alarm', reason: 'clear_text' },
        { resource: 'tcp [::]:5901', status: 'alarm', reason: 'clear_text' },
        { resource: 'tcp 10.0.0.5:6000', status: 'alarm', reason: 'clear_text' },
        { resource: 'tcp 0.0.0.0:2375', status: 'alarm', reason: 'clear_text' },
        { resource: 'udp 0.0.0.0:69', status: 'alarm', reason: 'clear_text' },
      ],
    },
    {
      name: {
        de: 'FTP auf einem anderen Port; ein Protokolldienst auf 514; zwei Prozesse an einem Socket',
        en: 'FTP on another port; a log service on 514; two processes on one socket',
      },
      facts: {
        listener: [
          { port: 2121, process: 'vsftpd' },
          { port: 514, process: 'rsyslogd' },
          { port: 443, process: 'nginx' },
          { port: 443, process: 'nginx', account: 'www-data' },
        ],
      },
      expect: [
        { resource: 'tcp 0.0.0.0:2121', status: 'alarm', reason: 'clear_text' },
        { resource: 'tcp 0.0.0.0:514', status: 'ok', reason: 'other' },
        { resource: 'tcp 0.0.0.0:443', status: 'ok', reason: 'other' },
      ],
    },
  ],
})
