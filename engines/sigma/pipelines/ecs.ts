import type { FieldMap, Pipeline } from '../pipeline.ts'

const PROCESS: FieldMap['fields'] = {
  Image: 'process.executable',
  CommandLine: 'process.command_line',
  CurrentDirectory: 'process.working_directory',
  ProcessId: 'process.pid',
  ProcessGuid: 'process.entity_id',
  OriginalFileName: 'process.pe.original_file_name',
  Company: 'process.pe.company',
  Description: 'process.pe.description',
  FileVersion: 'process.pe.file_version',
  Product: 'process.pe.product',
  IntegrityLevel: 'winlog.event_data.IntegrityLevel',
  ParentImage: 'process.parent.executable',
  ParentCommandLine: 'process.parent.command_line',
  ParentProcessId: 'process.parent.pid',
  ParentProcessGuid: 'process.parent.entity_id',
  User: 'user.name',
}

/** Fields of Elastic Common Schema 8; what it has no name for stays below `winlog.event_data`, or keeps its own. */
export const ECS: Pipeline = {
  name: 'ecs',
  maps: [
    { when: { category: 'process_creation' }, fields: PROCESS },
    {
      when: { category: 'network_connection' },
      fields: {
        ...PROCESS,
        DestinationIp: 'destination.ip',
        DestinationPort: 'destination.port',
        DestinationHostname: 'destination.domain',
        SourceIp: 'source.ip',
        SourcePort: 'source.port',
        SourceHostname: 'source.domain',
        Protocol: 'network.transport',
      },
    },
    {
      when: { category: 'image_load' },
      fields: { ...PROCESS, ImageLoaded: ['dll.path', 'file.path'], Signed: 'dll.code_signature.signed' },
    },
    { when: { category: 'driver_load' }, fields: { ImageLoaded: 'file.path' } },
    { when: { category: 'file_event' }, fields: { ...PROCESS, TargetFilename: 'file.path' } },
    { when: { category: 'file_delete' }, fields: { ...PROCESS, TargetFilename: 'file.path' } },
    {
      when: { category: 'registry_set' },
      fields: { ...PROCESS, TargetObject: 'registry.path', Details: 'registry.data.strings' },
    },
    {
      when: { category: 'registry_event' },
      fields: { ...PROCESS, TargetObject: 'registry.path', Details: 'registry.data.strings' },
    },
    {
      when: { category: 'dns_query' },
      fields: { ...PROCESS, QueryName: 'dns.question.name', QueryResults: 'dns.answers.data' },
    },
    {
      when: { category: 'dns' },
      fields: { query: 'dns.question.name', record_type: 'dns.question.type', answer: 'dns.answers.data' },
    },
    {
      when: { category: 'webserver' },
      fields: {
        'c-ip': 'source.ip',
        'cs-method': 'http.request.method',
        'cs-uri': 'url.original',
        'cs-uri-query': ['url.original', 'url.query'],
        'cs-uri-stem': 'url.path',
        'cs-host': 'url.domain',
        'cs-referer': 'http.request.referrer',
        'cs-user-agent': 'user_agent.original',
        'sc-status': 'http.response.status_code',
      },
    },
    {
      when: { category: 'proxy' },
      fields: {
        'c-uri': 'url.original',
        'c-uri-query': 'url.query',
        'c-useragent': 'user_agent.original',
        'cs-host': 'url.domain',
        'cs-method': 'http.request.method',
        'sc-status': 'http.response.status_code',
        dst_ip: 'destination.ip',
      },
    },
    {
      when: { category: 'firewall' },
      fields: {
        src_ip: 'source.ip',
        src_port: 'source.port',
        dst_ip: 'destination.ip',
        dst_port: 'destination.port',
        action: 'event.action',
      },
    },
    {
      when: { product: 'linux', service: 'auditd' },
      fields: {
        type: ['auditd.log.record_type', 'auditd.message_type'],
        exe: 'process.executable',
        comm: 'process.name',
        cwd: 'process.working_directory',
        uid: 'user.id',
        auid: 'user.audit.id',
        name: 'file.path',
        key: 'auditd.log.key',
      },
    },
    {
      when: {},
      fields: {
        EventID: ['winlog.event_id', 'event.code'],
        Channel: 'winlog.channel',
        Provider_Name: 'winlog.provider_name',
        ComputerName: ['winlog.computer_name', 'host.name'],
        Computer: ['winlog.computer_name', 'host.name'],
      },
    },
  ],
  otherwise: ['*', 'winlog.event_data.*'],
  routes: [],
}
