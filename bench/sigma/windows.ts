/** Flat Windows events of about 2 KB, as NXLog writes them: every field, and the message that tells all of them again. */
type Flat = Record<string, string | number>

const PROGRAMS = [
  ['C:\\Windows\\System32\\svchost.exe', 'C:\\Windows\\system32\\svchost.exe -k netsvcs -p -s Schedule'],
  [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    '"C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe" --type=renderer --lang=de --num-raster-threads=4 --renderer-client-id=812 --time-ticks-at-unix-epoch=-1696',
  ],
  ['C:\\Windows\\System32\\RuntimeBroker.exe', 'C:\\Windows\\System32\\RuntimeBroker.exe -Embedding'],
  [
    'C:\\Program Files\\Microsoft Office\\root\\Office16\\OUTLOOK.EXE',
    '"C:\\Program Files\\Microsoft Office\\root\\Office16\\OUTLOOK.EXE" /recycle',
  ],
  [
    'C:\\Windows\\System32\\backgroundTaskHost.exe',
    '"C:\\Windows\\system32\\backgroundTaskHost.exe" -ServerName:App.AppXmtcan0h2tfbfy7k9kn8hbxb6dmzz1zh0.mca',
  ],
  ['C:\\Program Files\\Git\\cmd\\git.exe', 'git.exe status --porcelain=v2 --branch --untracked-files=normal'],
  ['C:\\Windows\\System32\\taskhostw.exe', 'taskhostw.exe Install $(Arg0)'],
  ['C:\\Program Files\\7-Zip\\7zFM.exe', '"C:\\Program Files\\7-Zip\\7zFM.exe" C:\\work\\release\\build-4711.zip'],
] as const
const PARENTS = [
  ['C:\\Windows\\System32\\services.exe', 'C:\\Windows\\system32\\services.exe'],
  ['C:\\Windows\\explorer.exe', 'C:\\Windows\\Explorer.EXE'],
] as const
const FILES = [
  'C:\\Users\\anna\\AppData\\Local\\Microsoft\\Edge\\User Data\\Default\\Cache\\f_00',
  'C:\\Windows\\Prefetch\\CHROME.EXE-5FE9909D.pf',
  'C:\\Users\\anna\\Documents\\report-2026-',
] as const
const KEYS = [
  'HKLM\\System\\CurrentControlSet\\Services\\Tcpip\\Parameters\\Interfaces\\{4f7a9d1c-2a7f-4b6e-9d1c-0a7f3b6e1c55}\\DhcpIPAddress',
  'HKU\\S-1-5-21-3960063115-309473240-3247002503-1104\\Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\FeatureUsage\\AppSwitched\\Chrome',
] as const
const CATEGORIES: Record<number, string> = {
  1: 'process_creation',
  7: 'image_load',
  11: 'file_event',
  12: 'registry_add',
  13: 'registry_set',
  16: 'sysmon_status',
  17: 'pipe_created',
}

/** Flattens events of the regression corpus (`{"Event": {"System": …, "EventData": …}}`). */
export function flatten(event: {
  Event: { System: Record<string, unknown>; EventData?: Record<string, unknown> }
}): Flat {
  const { System, EventData } = event.Event
  const flat: Flat = {
    Channel: String(System['Channel']),
    EventID: Number(System['EventID']),
    Computer: String(System['Computer']),
    Level: Number(System['Level']),
    EventRecordID: Number(System['EventRecordID']),
  }
  for (const [key, value] of Object.entries(EventData ?? {})) {
    if (typeof value === 'string' || typeof value === 'number') flat[key] = value
  }
  return flat
}

/** One event in a hundred is as the corpus has it and fires its rule; the others have the same fields and harmless values. */
export function windowsEvents(attacks: readonly Flat[], count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const attack = attacks[i % attacks.length] ?? {}
    const event = i % 100 === 0 ? { ...attack } : harmless(attack, i)
    const category = CATEGORIES[Number(event['EventID'])]
    const service = event['Channel'] === 'Security' ? 'security' : 'sysmon'
    // The message repeats the fields: half of what a wide event is made of.
    const message = Object.entries(event).map(([key, value]) => `${key}: ${value}`)
    return JSON.stringify({
      '@timestamp': `2026-05-04T21:07:${String(i % 60).padStart(2, '0')}.${String(i % 1000).padStart(3, '0')}Z`,
      ...event,
      Hostname: 'WS-0017.corp.example',
      SourceName: 'Microsoft-Windows-Sysmon',
      ProviderGuid: '{5770385F-C22A-43E0-BF4C-06F5698FFBD9}',
      Message: message.join('\r\n'),
      product: 'windows',
      service,
      ...(category === undefined ? {} : { category }),
    })
  })
}

function harmless(attack: Flat, i: number): Flat {
  const [image, command] = PROGRAMS[i % PROGRAMS.length] ?? PROGRAMS[0]
  const [parent, parentCommand] = image.endsWith('svchost.exe') ? PARENTS[0] : PARENTS[1]
  const pool: Flat = {
    Image: image,
    CommandLine: `${command} ${i % 977}`,
    ParentImage: parent,
    ParentCommandLine: parentCommand,
    OriginalFileName: image.slice(image.lastIndexOf('\\') + 1),
    Description: 'Host Process for Windows Services',
    Product: 'Microsoft® Windows® Operating System',
    Company: 'Microsoft Corporation',
    CurrentDirectory: 'C:\\Windows\\system32\\',
    User: 'NT AUTHORITY\\SYSTEM',
    ParentUser: 'CORP\\anna',
    IntegrityLevel: 'System',
    TargetFilename: `${FILES[i % FILES.length]}${i % 997}`,
    TargetObject: KEYS[i % KEYS.length] ?? '',
    Details: `DWORD (0x${(i % 65536).toString(16).padStart(8, '0')})`,
    ImageLoaded: 'C:\\Windows\\System32\\kernel.appcore.dll',
    PipeName: '\\wkssvc',
    Hashes: `MD5=${'0A1B2C3D'.repeat(4)},SHA256=${'4E5F6071'.repeat(8)},IMPHASH=${'8293A4B5'.repeat(4)}`,
  }
  const event: Flat = {}
  for (const [key, value] of Object.entries(attack)) event[key] = pool[key] ?? value
  return event
}
