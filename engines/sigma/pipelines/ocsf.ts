import type { FieldMap, Pipeline } from '../pipeline.ts'

const ACTOR: FieldMap['fields'] = {
  Image: 'actor.process.file.path',
  CommandLine: 'actor.process.cmd_line',
  ProcessId: 'actor.process.pid',
  User: 'actor.user.name',
}

/**
 * Fields of the Open Cybersecurity Schema Framework 1.x, by the classes Process Activity (1007), File System Activity (1001),
 * Network Activity (4001), DNS Activity (4003), HTTP Activity (4002), Authentication (3002). Names that it does not have are
 * looked for below `unmapped`.
 */
export const OCSF: Pipeline = {
  name: 'ocsf',
  maps: [
    {
      when: { category: 'process_creation' },
      fields: {
        Image: 'process.file.path',
        CommandLine: 'process.cmd_line',
        CurrentDirectory: 'process.working_directory',
        ProcessId: 'process.pid',
        IntegrityLevel: 'process.integrity',
        OriginalFileName: ['process.file.internal_name', 'unmapped.OriginalFileName'],
        ParentImage: ['process.parent_process.file.path', 'actor.process.file.path'],
        ParentCommandLine: ['process.parent_process.cmd_line', 'actor.process.cmd_line'],
        ParentProcessId: ['process.parent_process.pid', 'actor.process.pid'],
        User: ['process.user.name', 'actor.user.name'],
      },
    },
    { when: { category: 'file_event' }, fields: { ...ACTOR, TargetFilename: 'file.path' } },
    { when: { category: 'file_delete' }, fields: { ...ACTOR, TargetFilename: 'file.path' } },
    { when: { category: 'image_load' }, fields: { ...ACTOR, ImageLoaded: 'module.file.path' } },
    {
      when: { category: 'network_connection' },
      fields: {
        ...ACTOR,
        DestinationIp: 'dst_endpoint.ip',
        DestinationPort: 'dst_endpoint.port',
        DestinationHostname: 'dst_endpoint.hostname',
        SourceIp: 'src_endpoint.ip',
        SourcePort: 'src_endpoint.port',
        Protocol: 'connection_info.protocol_name',
        Initiated: 'unmapped.Initiated',
      },
    },
    {
      when: { category: 'firewall' },
      fields: {
        src_ip: 'src_endpoint.ip',
        src_port: 'src_endpoint.port',
        dst_ip: 'dst_endpoint.ip',
        dst_port: 'dst_endpoint.port',
        action: ['action', 'disposition'],
      },
    },
    {
      when: { category: 'dns' },
      fields: { query: 'query.hostname', record_type: 'query.type', answer: 'answers.rdata' },
    },
    {
      when: { category: 'dns_query' },
      fields: { ...ACTOR, QueryName: 'query.hostname', QueryResults: 'answers.rdata' },
    },
    {
      when: { category: 'webserver' },
      fields: {
        'c-ip': 'src_endpoint.ip',
        'cs-method': 'http_request.http_method',
        'cs-uri': 'http_request.url.url_string',
        'cs-uri-query': ['http_request.url.url_string', 'http_request.url.query_string'],
        'cs-uri-stem': 'http_request.url.path',
        'cs-host': 'http_request.url.hostname',
        'cs-referer': 'http_request.referrer',
        'cs-user-agent': 'http_request.user_agent',
        'sc-status': 'http_response.code',
      },
    },
    {
      when: { category: 'proxy' },
      fields: {
        'c-uri': 'http_request.url.url_string',
        'c-useragent': 'http_request.user_agent',
        'cs-host': 'http_request.url.hostname',
        'cs-method': 'http_request.http_method',
        'sc-status': 'http_response.code',
      },
    },
  ],
  otherwise: ['*', 'unmapped.*'],
  routes: [],
}
