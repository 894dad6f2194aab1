/**
 * The demo company: a firm of 40 people that sells software as a service. Nobody and nothing in it exists; its addresses
 * lie below demo.example, which belongs to nobody (RFC 2606).
 */
export const COMPANY = {
  name: 'Beispielwerk (Demo)',
  domain: 'demo.example',
  /** The network from which the platform people administer. */
  adminNetwork: '10.20.0.0/24',
  /** The network in which the servers talk to each other. */
  serverNetwork: '10.20.1.0/24',
} as const

/** The teams, with how many people each has. */
const TEAMS = [
  { key: 'management', name: 'Geschäftsführung', people: 2 },
  { key: 'security', name: 'Sicherheit', people: 3 },
  { key: 'platform', name: 'Plattform', people: 6 },
  { key: 'development', name: 'Entwicklung', people: 12 },
  { key: 'product', name: 'Produkt', people: 4 },
  { key: 'support', name: 'Kundendienst', people: 5 },
  { key: 'sales', name: 'Vertrieb', people: 4 },
  { key: 'finance', name: 'Finanzen', people: 2 },
  { key: 'people', name: 'Personal', people: 2 },
] as const

export interface Person {
  /** Identifier in the register, account on systems and part of the address before the @. */
  readonly id: string
  readonly name: string
  readonly email: string
}

export const PEOPLE: readonly Person[] = TEAMS.flatMap((team) =>
  Array.from({ length: team.people }, (_, n) => ({
    id: `${team.key}-${n + 1}`,
    name: `${team.name} ${n + 1}`,
    email: `${team.key}-${n + 1}@${COMPANY.domain}`,
  })),
)

/** Accounts of programs, and who answers for each. */
export const SERVICES = [
  { service: 'app', purpose: 'the application that customers use', owner: 'platform-2' },
  { service: 'backup', purpose: 'nightly backup', owner: 'platform-1' },
  { service: 'billing', purpose: 'invoices', owner: 'development-1' },
  { service: 'identity', purpose: 'accounts of customers', owner: 'development-2' },
  { service: 'metrics', purpose: 'reads figures for monitoring', owner: 'platform-3' },
  { service: 'postgres', purpose: 'administration of the database servers', owner: 'platform-1' },
  { service: 'reporting', purpose: 'nightly reports', owner: 'development-3' },
] as const

export interface DemoHost {
  readonly name: string
  readonly kind: 'host'
  /** What the host is for; its label `role`. */
  readonly role: 'bastion' | 'edge' | 'app' | 'worker' | 'database' | 'build' | 'backup' | 'monitor' | 'legacy'
  readonly release: '12' | '13'
  /** People with an account and full sudo. */
  readonly admins: readonly string[]
  /** People with an account alone. */
  readonly users: readonly string[]
  /** Programs that listen on every interface. `from`: the network that the firewall lets in; null: everybody. */
  readonly listens: readonly { readonly port: number; readonly process: string; readonly from: string | null }[]
}

export interface DemoPostgres {
  readonly name: string
  readonly kind: 'postgres'
  readonly version: string
  readonly database: string
  /** Role of the application, a service of {@link SERVICES}. */
  readonly application: string
  /** People who read in it, under their own name. */
  readonly readers: readonly string[]
}

export interface DemoEndpoint {
  readonly name: string
  readonly kind: 'endpoint'
  readonly address: string
  readonly keyType: 'ec' | 'rsa'
  /** Certificates of this endpoint last so many days and are renewed 30 days before their end. */
  readonly days: number
}

export type DemoSystem = DemoHost | DemoPostgres | DemoEndpoint

const { serverNetwork } = COMPANY
const PLATFORM = ['platform-1', 'platform-2', 'platform-3'] as const

const host = (
  name: string,
  role: DemoHost['role'],
  more: Partial<Pick<DemoHost, 'users' | 'listens' | 'release'>> & { readonly admins?: readonly string[] } = {},
): DemoHost => ({ name, kind: 'host', role, release: '12', admins: PLATFORM, users: [], listens: [], ...more })

const web = [
  { port: 80, process: 'nginx', from: null },
  { port: 443, process: 'nginx', from: null },
] as const
const postgres = [{ port: 5432, process: 'postgres', from: serverNetwork }] as const

export const HOSTS: readonly DemoHost[] = [
  host('bastion', 'bastion', { release: '13', users: ['development-1', 'development-2'] }),
  host('edge-1', 'edge', { release: '13', listens: web }),
  host('edge-2', 'edge', { release: '13', listens: web }),
  host('app-1', 'app', { listens: [{ port: 8443, process: 'app', from: serverNetwork }] }),
  host('app-2', 'app', { listens: [{ port: 8443, process: 'app', from: serverNetwork }] }),
  host('app-3', 'app', { listens: [{ port: 8443, process: 'app', from: serverNetwork }] }),
  host('worker-1', 'worker'),
  host('worker-2', 'worker'),
  host('data-1', 'database', { listens: postgres }),
  host('data-2', 'database', { listens: postgres }),
  host('build-1', 'build', { users: ['development-1', 'development-2', 'development-3'] }),
  host('backup-1', 'backup'),
  host('monitor-1', 'monitor', {
    release: '13',
    listens: [{ port: 25, process: 'master', from: serverNetwork }],
  }),
  host('legacy-1', 'legacy', {
    admins: ['platform-1', 'platform-4'],
    listens: [{ port: 8443, process: 'java', from: null }],
  }),
]

export const DATABASES: readonly DemoPostgres[] = [
  { name: 'db-customers', kind: 'postgres', version: '17.6', database: 'customers', application: 'app', readers: [] },
  {
    name: 'db-billing',
    kind: 'postgres',
    version: '17.6',
    database: 'billing',
    application: 'billing',
    readers: ['finance-1'],
  },
  {
    name: 'db-identity',
    kind: 'postgres',
    version: '18.1',
    database: 'identity',
    application: 'identity',
    readers: [],
  },
  {
    name: 'db-analytics',
    kind: 'postgres',
    version: '18.1',
    database: 'analytics',
    application: 'reporting',
    readers: ['product-1', 'product-2'],
  },
]

export const ENDPOINTS: readonly DemoEndpoint[] = [
  { name: 'tls-www', kind: 'endpoint', address: 'www.demo.example:443', keyType: 'ec', days: 90 },
  { name: 'tls-app', kind: 'endpoint', address: 'app.demo.example:443', keyType: 'ec', days: 90 },
  { name: 'tls-api', kind: 'endpoint', address: 'api.demo.example:443', keyType: 'ec', days: 90 },
  { name: 'tls-login', kind: 'endpoint', address: 'login.demo.example:443', keyType: 'ec', days: 90 },
  { name: 'tls-downloads', kind: 'endpoint', address: 'downloads.demo.example:443', keyType: 'rsa', days: 200 },
  { name: 'tls-status', kind: 'endpoint', address: 'status.demo.example:443', keyType: 'rsa', days: 200 },
]

export const SYSTEMS: readonly DemoSystem[] = [...HOSTS, ...DATABASES, ...ENDPOINTS]

export const systemNamed = (name: string): DemoSystem => {
  const found = SYSTEMS.find((s) => s.name === name)
  if (found === undefined) throw new Error(`the demo company has no system ${name}`)
  return found
}

/** What the configuration of a real house would say of a system beside its name. */
export function labelsOf(system: DemoSystem): readonly { readonly label: string; readonly value: string }[] {
  if (system.kind !== 'host') return []
  const approved = system.role === 'edge' ? ['tcp/80', 'tcp/443'] : []
  return [{ label: 'role', value: system.role }, ...approved.map((value) => ({ label: 'service', value }))]
}
