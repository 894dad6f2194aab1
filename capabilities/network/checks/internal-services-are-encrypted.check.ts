import { defineCheck } from '../../../kernel/check/check.ts'

export const internalServicesAreEncrypted = defineCheck({
  id: 'network.internal-services-are-encrypted',
  appliesTo: 'host',
  severity: 'high',
  title: {
    de: 'Auch im eigenen Netz geht nichts im Klartext über die Leitung',
    en: 'In the own network, too, nothing crosses the wire in clear text',
  },
  population: {
    de: 'Dienste mit Protokollen, die es auch im Klartext gibt',
    en: 'services with protocols that also exist in clear text',
  },
  remedy: {
    de: '{service} nur mit TLS anbieten ({instead}) und Port {port} schließen oder an 127.0.0.1 binden.',
    en: 'Offer {service} with TLS only ({instead}) and close port {port} or bind it to 127.0.0.1.',
  },
  reasons: {
    loopback_only: { de: 'nur auf diesem Host erreichbar', en: 'reachable on this host only' },
    clear_text: {
      de: '{service} geht auf diesem Port im Klartext über das Netz',
      en: '{service} crosses the network in clear text on this port',
    },
    tls_not_visible: {
      de: '{service} kann auf diesem Port verschlüsseln; ob es erzwungen wird, ist von hier nicht zu sehen',
      en: '{service} can encrypt on this port; whether that is enforced cannot be seen from here',
    },
  },
  reads: ['listener'],
  dimensions: ['service', 'port', 'instead', 'process'],
  freshness: 'PT6H',
  // By the usual port: what the program really speaks there is not probed. "clear" has no encryption on that port as it is
  // usually run; "either" can switch it on there (STARTTLS, a setting), which only a look into its configuration or an
  // endpoint entry would show. PostgreSQL has checks of its own.
  sql: `
    with known (protocol, port, service, visible, instead) as (
      values
        ('tcp', 21, 'FTP', 'clear', 'SFTP'),
        ('tcp', 23, 'Telnet', 'clear', 'SSH'),
        ('udp', 69, 'TFTP', 'clear', 'SFTP, HTTPS'),
        ('tcp', 873, 'rsync', 'clear', 'rsync over SSH'),
        ('tcp', 514, 'syslog', 'clear', 'TLS, port 6514'),
        ('udp', 514, 'syslog', 'clear', 'TLS, port 6514'),
        ('tcp', 1883, 'MQTT', 'clear', 'port 8883'),
        ('tcp', 2181, 'ZooKeeper', 'clear', 'secureClientPort'),
        ('tcp', 5672, 'AMQP', 'clear', 'port 5671'),
        ('tcp', 6379, 'Redis', 'clear', 'port 0, tls-port 6379'),
        ('tcp', 11211, 'memcached', 'clear', '--enable-ssl'),
        ('udp', 11211, 'memcached', 'clear', '--udp-port=0'),
        ('tcp', 25, 'SMTP', 'either', 'smtpd_tls_security_level'),
        ('tcp', 110, 'POP3', 'either', 'port 995'),
        ('tcp', 143, 'IMAP', 'either', 'port 993'),
        ('udp', 161, 'SNMP', 'either', 'SNMPv3 authPriv'),
        ('tcp', 389, 'LDAP', 'either', 'port 636'),
        ('tcp', 445, 'SMB', 'either', 'smb encrypt = required'),
        ('tcp', 587, 'SMTP', 'either', 'smtpd_tls_security_level = encrypt'),
        ('tcp', 2049, 'NFS', 'either', 'sec=krb5p, xprtsec=tls'),
        ('tcp', 2379, 'etcd', 'either', '--cert-file, --client-cert-auth'),
        ('tcp', 3306, 'MySQL', 'either', 'require_secure_transport = ON'),
        ('tcp', 4222, 'NATS', 'either', 'tls'),
        ('tcp', 9092, 'Kafka', 'either', 'listeners=SSL://'),
        ('tcp', 9200, 'Elasticsearch', 'either', 'xpack.security.http.ssl.enabled'),
        ('tcp', 27017, 'MongoDB', 'either', 'net.tls.mode: requireTLS')
    ),
    service as (
      select l.system, l.reach, l.port, k.service, k.visible, k.instead, min(l.process) as process,
        l.protocol || ' ' || case when l.address like '%:%' then '[' || l.address || ']' else l.address end || ':' || l.port as resource
      from listener l
      join known k on k.protocol = l.protocol and k.port = l.port
      group by l.system, l.protocol, l.address, l.port, l.reach, k.service, k.visible, k.instead
    )
    select
      system,
      resource,
      case when reach = 'loopback' then 'ok' when visible = 'clear' then 'alarm' else 'info' end as status,
      case when reach = 'loopback' then 'loopback_only' when visible = 'clear' then 'clear_text' else 'tls_not_visible' end as reason,
      service,
      port,
      instead,
      coalesce(process, '?') as process
    from service
  `,
  examples: [
    {
      name: { de: 'Redis lauscht nur lokal', en: 'Redis listens locally only' },
      facts: {
        listener: [{ address: '127.0.0.1', port: 6379, reach: 'loopback', process: 'redis-server' }, {}],
      },
      expect: [{ resource: 'tcp 127.0.0.1:6379', status: 'ok', reason: 'loopback_only' }],
    },
    {
      name: { de: 'Redis und syslog für andere Hosts', en: 'Redis and syslog for other hosts' },
      facts: {
        listener: [
          { address: '10.0.0.5', port: 6379, reach: 'one', process: 'redis-server' },
          { protocol: 'udp', address: '::', port: 514, process: 'rsyslogd' },
        ],
      },
      expect: [
        { resource: 'tcp 10.0.0.5:6379', status: 'alarm', reason: 'clear_text' },
        { resource: 'udp [::]:514', status: 'alarm', reason: 'clear_text' },
      ],
    },
    {
      name: { de: 'MySQL und LDAP können verschlüsseln', en: 'MySQL and LDAP can encrypt' },
      facts: {
        listener: [
          { port: 3306, process: 'mariadbd' },
          { port: 389, process: null },
        ],
      },
      expect: [
        { resource: 'tcp 0.0.0.0:3306', status: 'info', reason: 'tls_not_visible' },
        { resource: 'tcp 0.0.0.0:389', status: 'info', reason: 'tls_not_visible' },
      ],
    },
    {
      name: { de: 'Nur Dienste, die stets verschlüsseln', en: 'Only services that always encrypt' },
      facts: {
        listener: [{}],
      },
      expect: [{ resource: '*', status: 'skip', reason: 'nothing_in_scope' }],
    },
  ],
})
