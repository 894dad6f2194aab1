import type { EventSource } from '../ir.ts'
import type { Pipeline } from '../pipeline.ts'

const CHANNEL = 'microsoft-windows-sysmon/operational'

/** What each event of Sysmon is about. */
const SYSMON: Readonly<Record<number, string>> = {
  1: 'process_creation',
  2: 'file_change',
  3: 'network_connection',
  4: 'sysmon_status',
  5: 'process_termination',
  6: 'driver_load',
  7: 'image_load',
  8: 'create_remote_thread',
  9: 'raw_access_thread',
  10: 'process_access',
  11: 'file_event',
  12: 'registry_add',
  13: 'registry_set',
  14: 'registry_rename',
  15: 'create_stream_hash',
  16: 'sysmon_status',
  17: 'pipe_created',
  18: 'pipe_created',
  19: 'wmi_event',
  20: 'wmi_event',
  21: 'wmi_event',
  22: 'dns_query',
  23: 'file_delete',
  24: 'clipboard_capture',
  25: 'process_tampering',
  26: 'file_delete_detected',
  27: 'file_block_executable',
  28: 'file_block_shredding',
  29: 'file_executable_detected',
  255: 'sysmon_error',
}

/** Services of Sigma's taxonomy by the channel of Windows that they stand for. */
const SERVICES: Readonly<Record<string, string>> = {
  application: 'application',
  security: 'security',
  system: 'system',
  'microsoft-windows-sysmon/operational': 'sysmon',
  'microsoft-windows-powershell/operational': 'powershell',
  'powershellcore/operational': 'powershell',
  'windows powershell': 'powershell-classic',
  'microsoft-windows-taskscheduler/operational': 'taskscheduler',
  'microsoft-windows-wmi-activity/operational': 'wmi',
  'dns server': 'dns-server',
  'microsoft-windows-dns-server/audit': 'dns-server-audit',
  'microsoft-windows-dns-server/analytical': 'dns-server-analytic',
  'microsoft-windows-dns-client/operational': 'dns-client',
  'microsoft-windows-driverframeworks-usermode/operational': 'driver-framework',
  'microsoft-windows-ntlm/operational': 'ntlm',
  'microsoft-windows-dhcp-server/operational': 'dhcp',
  'msexchange management': 'msexchange-management',
  'microsoft-windows-printservice/admin': 'printservice-admin',
  'microsoft-windows-printservice/operational': 'printservice-operational',
  'microsoft-windows-smbclient/security': 'smbclient-security',
  'microsoft-windows-smbclient/connectivity': 'smbclient-connectivity',
  'microsoft-windows-smbserver/connectivity': 'smbserver-connectivity',
  'microsoft-windows-applocker/msi and script': 'applocker',
  'microsoft-windows-applocker/exe and dll': 'applocker',
  'microsoft-windows-applocker/packaged app-deployment': 'applocker',
  'microsoft-windows-applocker/packaged app-execution': 'applocker',
  'microsoft-windows-windows defender/operational': 'windefend',
  'microsoft-windows-windows firewall with advanced security/firewall': 'firewall-as',
  'microsoft-windows-bits-client/operational': 'bits-client',
  'microsoft-windows-codeintegrity/operational': 'codeintegrity-operational',
  'microsoft-windows-shell-core/operational': 'shell-core',
  'openssh/operational': 'openssh',
  'microsoft-windows-ldap-client/debug': 'ldap',
  'microsoft-servicebus-client/operational': 'microsoft-servicebus-client',
  'microsoft-servicebus-client/admin': 'microsoft-servicebus-client',
  'microsoft-windows-certificateservicesclient-lifecycle-system/operational':
    'certificateservicesclient-lifecycle-system',
  'microsoft-windows-security-mitigations/kernel mode': 'security-mitigations',
  'microsoft-windows-security-mitigations/user mode': 'security-mitigations',
  'microsoft-windows-diagnosis-scripted/operational': 'diagnosis-scripted',
  'microsoft-windows-appxdeploymentserver/operational': 'appxdeployment-server',
  'microsoft-windows-appxpackaging/operational': 'appxpackaging-om',
  'microsoft-windows-appmodel-runtime/admin': 'appmodel-runtime',
  'microsoft-windows-lsa/operational': 'lsa-server',
  'microsoft-windows-terminalservices-localsessionmanager/operational': 'terminalservices-localsessionmanager',
  'microsoft-windows-capi2/operational': 'capi2',
  'microsoft-iis-configuration/operational': 'iis-configuration',
  'microsoft-windows-kernel-eventtracing': 'kernel-event-tracing',
}

const MESSAGES: Readonly<Record<string, string>> = {
  'security|4688': 'process_creation',
  'microsoft-windows-powershell/operational|4103': 'ps_module',
  'microsoft-windows-powershell/operational|4104': 'ps_script',
  'powershellcore/operational|4103': 'ps_module',
  'powershellcore/operational|4104': 'ps_script',
  'windows powershell|400': 'ps_classic_start',
  'windows powershell|600': 'ps_classic_provider_start',
}

function tables(channel: string, eventId: string, eventType: string): Pipeline['routes'] {
  const services: Record<string, EventSource> = {}
  for (const [name, service] of Object.entries(SERVICES)) services[name] = { product: 'windows', service }
  const messages: Record<string, EventSource> = {}
  for (const [id, category] of Object.entries(SYSMON)) {
    const also = category.startsWith('registry_')
      ? { also: ['registry_event'] }
      : id === '26'
        ? { also: ['file_delete'] }
        : {}
    messages[`${CHANNEL}|${id}`] = { category, ...also }
  }
  for (const [key, category] of Object.entries(MESSAGES)) messages[key] = { category }
  return [
    { by: [channel], to: services },
    { by: [channel, eventId], to: messages },
    {
      by: [channel, eventId, eventType],
      to: Object.fromEntries(
        ['deletekey', 'deletevalue'].map((type) => [`${CHANNEL}|12|${type}`, { category: 'registry_delete' }]),
      ),
    },
  ]
}

/** Windows events that are flat: `{"Channel": …, "EventID": 1, "Image": …}`, as winlogbeat and NXLog write them. */
export const SYSMON_FLAT: Pipeline = {
  name: 'sysmon',
  maps: [],
  otherwise: ['*'],
  routes: tables('Channel', 'EventID', 'EventType'),
}

/** Windows events as evtx_dump and Chainsaw turn them to JSON: `{"Event": {"System": …, "EventData": …}}`. */
export const SYSMON_EVTX: Pipeline = {
  name: 'sysmon-evtx',
  maps: [
    {
      when: {},
      fields: {
        EventID: ['Event.System.EventID', 'Event.System.EventID.#text'],
        Channel: 'Event.System.Channel',
        Computer: 'Event.System.Computer',
        ComputerName: 'Event.System.Computer',
        Level: 'Event.System.Level',
        Keywords: 'Event.System.Keywords',
        Provider_Name: 'Event.System.Provider.#attributes.Name',
        Source: 'Event.System.Provider.#attributes.Name',
        Data: ['Event.EventData.Data', 'Event.EventData.Data.#text'],
      },
    },
  ],
  otherwise: ['Event.EventData.*', 'Event.UserData.*', '*'],
  routes: tables('Event.System.Channel', 'Event.System.EventID', 'Event.EventData.EventType'),
}
