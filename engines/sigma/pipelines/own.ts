import type { Pipeline } from '../pipeline.ts'

/**
 * Events whose fields bear the names of Sigma's taxonomy, flat or nested, with the names of other writers beside them:
 * nginx and Apache as JSON, laurel's audit events, Suricata's EVE, journald, OpenTelemetry. The log source is what the intake says.
 */
export const OWN: Pipeline = {
  name: 'own',
  maps: [
    {
      when: { category: 'webserver' },
      fields: {
        'c-ip': ['c-ip', 'remote_addr', 'src_ip', 'client.address'],
        'cs-host': ['cs-host', 'http_host', 'http.hostname', 'server.address'],
        'cs-method': ['cs-method', 'request_method', 'http.http_method', 'http.request.method'],
        'cs-uri': ['cs-uri', 'request_uri', 'http.url', 'url.full'],
        'cs-uri-query': ['cs-uri-query', 'request_uri', 'http.url', 'url.query'],
        'cs-uri-stem': ['cs-uri-stem', 'uri', 'http.url', 'url.path'],
        'cs-user-agent': ['cs-user-agent', 'http_user_agent', 'http.http_user_agent', 'user_agent.original'],
        'cs-referer': ['cs-referer', 'http_referer', 'http.http_refer'],
        'sc-status': ['sc-status', 'status', 'http.status', 'http.response.status_code'],
      },
    },
    {
      when: { category: 'proxy' },
      fields: {
        'c-uri': ['c-uri', 'http.url', 'url.full'],
        'c-useragent': ['c-useragent', 'http.http_user_agent', 'user_agent.original'],
        'cs-host': ['cs-host', 'http.hostname', 'server.address'],
        'cs-method': ['cs-method', 'http.http_method', 'http.request.method'],
      },
    },
    { when: { category: 'dns' }, fields: { query: ['query', 'dns.rrname', 'dns.query', 'dns.question.name'] } },
    {
      when: { product: 'linux', service: 'auditd' },
      fields: {
        comm: ['comm', 'SYSCALL.comm'],
        exe: ['exe', 'SYSCALL.exe'],
        auid: ['auid', 'SYSCALL.auid'],
        uid: ['uid', 'SYSCALL.uid'],
        key: ['key', 'SYSCALL.key'],
        success: ['success', 'SYSCALL.success'],
      },
    },
    {
      when: { product: 'linux', category: 'process_creation' },
      fields: {
        Image: ['Image', 'SYSCALL.exe', 'process.executable'],
        CommandLine: ['CommandLine', 'EXECVE.ARGV_STR', 'process.command_line'],
        CurrentDirectory: ['CurrentDirectory', 'CWD.cwd', 'process.working_directory'],
        User: ['User', 'SYSCALL.UID', 'user.name'],
        ParentImage: ['ParentImage', 'PARENT_INFO.exe', 'process.parent.executable'],
        ParentCommandLine: ['ParentCommandLine', 'PARENT_INFO.ARGV_STR', 'process.parent.command_line'],
      },
    },
  ],
  otherwise: ['*'],
  routes: [],
}
