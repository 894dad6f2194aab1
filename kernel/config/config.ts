import { dirname, resolve } from 'node:path'
import type { DeclaredColumn } from '../collect/declared-column.ts'
import { BergfriedError } from '../errors.ts'
import type { Lang } from '../i18n/text.ts'
import { type FileProblem, invalidFile } from '../yaml/invalid-file.ts'
import { type PositionedYaml, parseYaml } from '../yaml/parse-yaml.ts'
import { readBounded } from '../yaml/read-bounded.ts'
import { fitShape } from '../yaml/shape.ts'
import { type AccessConfig, accessOf } from './access-config.ts'
import { type Address, parseAddress } from './address.ts'
import { type BackupPlan, backupsOf } from './backup-config.ts'
import { type BlockingConfig, blockingOf } from './blocking-config.ts'
import { type ConfigFile, configSchema } from './config-schema.ts'
import { type DetectionConfig, detectionOf } from './detection-config.ts'
import type { Environment } from './environment.ts'
import type { EvidenceConfig, KeeperConfig } from './evidence-config.ts'
import { type FaceConfig, faceOf } from './face-config.ts'
import { declaredOf } from './keys-config.ts'
import { type NetworkConfig, networkOf } from './network-config.ts'
import type { SecretRef } from './secrets.ts'

interface SystemCommon {
  readonly name: string
  readonly labels: Readonly<Record<string, readonly string[]>>
}

export interface HostSystem extends SystemCommon {
  readonly kind: 'host'
  readonly canaries?: readonly string[] | undefined
}

export interface PostgresSystem extends SystemCommon {
  readonly kind: 'postgres'
  /** URI without a password. */
  readonly connection: string
  /** Null where the server asks for none. */
  readonly password: SecretRef | null
  /** Columns that hold ciphertext alone; none where nothing is said. */
  readonly fields?: readonly DeclaredColumn[]
  /** The account that grants and revokes; null: nothing acts on this cluster. */
  readonly acting: { readonly connection: string; readonly password: SecretRef | null } | null
}

export interface EndpointSystem extends SystemCommon {
  readonly kind: 'endpoint'
  /** host:port */
  readonly address: string
  readonly purpose: 'https' | 'postgres' | 'tls'
  /** Absolute path of a PEM file, or null for the usual authorities. */
  readonly ca: string | null
}

export type SystemConfig = HostSystem | PostgresSystem | EndpointSystem

export interface Config {
  /** Absolute path of the file that was read, or null where there is none. */
  readonly file: string | null
  readonly language: Lang
  /** Where the server listens; port 0 takes a free one. */
  readonly listen: Address
  /** Absolute path of the data folder, or null for the usual one. */
  readonly data: string | null
  /** PostgreSQL in place of the embedded one. Holds a password: never log it. */
  readonly databaseUrl: string | null
  /** An own policy folder (absolute), or null for the shipped one alone. */
  readonly policy: { readonly mode: 'extend' | 'replace'; readonly folder: string } | null
  readonly systems: readonly SystemConfig[]
  readonly evidence: EvidenceConfig
  readonly keeper: KeeperConfig
  readonly face: FaceConfig
  readonly access: AccessConfig
  readonly detection: DetectionConfig | null
  readonly network: NetworkConfig
  readonly blocking: BlockingConfig
  readonly backups: readonly BackupPlan[]
}

const LISTEN = '127.0.0.1:7400'

/** The system that is measured where the configuration names none. */
export const THIS_HOST: HostSystem = { name: 'this-host', kind: 'host', labels: {} }

/**
 * Reads the configuration: the file given, else the one of BERGFRIED_CONFIG, else `bergfried.yaml` in `cwd`, else what
 * holds without one. Paths in the file are relative to the file; the environment goes before the file.
 *
 * @throws {BergfriedError} `config.missing` the named file does not exist; `config.invalid` with file, line and reason
 */
export async function loadConfig(path: string | undefined, env: Environment, cwd: string): Promise<Config> {
  const named = path ?? env.config
  const file = resolve(cwd, named ?? 'bergfried.yaml')
  const read = await readBounded(file)
  if ('reason' in read) throw invalidFile('config.invalid', [{ file, line: 1, reason: read.reason }])
  if ('missing' in read && named !== null) throw new BergfriedError('config.missing', { file })
  const config = parseConfig('source' in read ? read.source : '{}', file, env.language)
  return {
    ...config,
    file: 'source' in read ? file : null,
    listen: env.listen === null ? config.listen : listenOf(env.listen, 'BERGFRIED_LISTEN'),
    data: env.data === null ? config.data : resolve(cwd, env.data),
    databaseUrl: env.databaseUrl,
  }
}

/**
 * The configuration that a text holds.
 *
 * @param file - absolute path: for messages, and for what the paths in it are relative to
 * @throws {BergfriedError} `config.invalid`
 */
export function parseConfig(source: string, file: string, language: Lang): Config {
  const yaml = parseYaml(source)
  // A file of comments alone says nothing, which is allowed.
  const result = fitShape(yaml.value === null ? parseYaml('{}') : yaml, configSchema)
  const problems: FileProblem[] = 'problems' in result ? result.problems.map((p) => ({ ...p, file })) : []
  const value: ConfigFile = 'value' in result ? result.value : {}
  problems.push(...systemProblems(value, file, yaml), ...backupProblems(value, file, yaml))
  const [first, ...others] = problems
  if (first) throw invalidFile('config.invalid', [first, ...others])

  const folder = dirname(file)
  const at = (relative: string): string => resolve(folder, relative)
  return {
    file,
    language: value.language ?? language,
    listen: listenOf(value.listen ?? LISTEN, file),
    data: value.data === undefined ? null : at(value.data),
    databaseUrl: null,
    policy: policyOf(value.policy, at),
    systems: value.systems?.map((entry) => systemOf(entry, at)) ?? [THIS_HOST],
    evidence: evidenceOf(value.evidence, at),
    keeper: keeperOf(value.keeper, at),
    face: faceOf(value, (ref) => secretOf(ref, at)),
    access: accessOf(value),
    detection: detectionOf(value.detection, at, (ref) => secretOf(ref, at)),
    network: networkOf(value.network),
    blocking: blockingOf(value.blocking),
    backups: backupsOf(value.backups, at, (ref) => secretOf(ref, at)),
  }
}

function systemProblems(config: ConfigFile, file: string, yaml: PositionedYaml): FileProblem[] {
  const problems: FileProblem[] = []
  const first = new Map<string, number>()
  for (const [n, system] of (config.systems ?? []).entries()) {
    const line = yaml.lineOf(['systems', n, 'name'])
    const earlier = first.get(system.name)
    if (earlier === undefined) first.set(system.name, line)
    else {
      const reason = {
        de: `ein System namens „${system.name}“ gibt es schon in Zeile ${earlier}`,
        en: `a system named “${system.name}” exists already in line ${earlier}`,
      }
      problems.push({ file, line, reason })
    }
  }
  const [, second] = (config.systems ?? []).flatMap((system, n) => (system.kind === 'host' ? [n] : []))
  if (second !== undefined) {
    const reason = {
      de: 'nur ein System der Art host ist möglich: die Maschine, auf der Bergfried läuft; sie zählte sonst doppelt',
      en: 'only one system of kind host is possible: the machine that Bergfried runs on; it would count twice',
    }
    problems.push({ file, line: yaml.lineOf(['systems', second, 'kind']), reason })
  }
  return problems
}

function backupProblems({ backups, systems }: ConfigFile, file: string, yaml: PositionedYaml): FileProblem[] {
  const known = (systems ?? []).flatMap(({ kind, name }) => (kind === 'postgres' ? [name] : []))
  return (backups ?? []).flatMap(({ system }, n) => {
    if (known.includes(system)) return []
    const found = known.length === 0 ? '–' : known.join(', ')
    const reason = {
      de: `„${system}“ ist kein System der Art postgres; es gibt ${found}`,
      en: `“${system}” is no system of kind postgres; there are ${found}`,
    }
    return [{ file, line: yaml.lineOf(['backups', n, 'system']), reason }]
  })
}

type Entry = NonNullable<ConfigFile['systems']>[number]

function systemOf(entry: Entry, at: (path: string) => string): SystemConfig {
  const labels = Object.fromEntries(Object.entries(entry.labels).map(([k, v]) => [k, typeof v === 'string' ? [v] : v]))
  if (entry.kind === 'host') return { ...entry, labels }
  if (entry.kind === 'endpoint') return { ...entry, labels, ca: entry.ca === undefined ? null : at(entry.ca) }
  const { password = null, acting, fields, ...rest } = entry
  return {
    ...rest,
    labels,
    password: password && secretOf(password, at),
    ...(fields.length === 0 ? {} : { fields: declaredOf(fields) }),
    acting:
      acting === undefined
        ? null
        : {
            connection: acting.connection,
            password: acting.password === undefined ? null : secretOf(acting.password, at),
          },
  }
}

type At = (path: string) => string

const secretOf = (ref: SecretRef, at: At): SecretRef => ('file' in ref ? { file: at(ref.file) } : ref)

function evidenceOf(entry: ConfigFile['evidence'], at: At): EvidenceConfig {
  const witnesses = (entry?.witnesses ?? []).map(({ key, url }) => ({ verifierKey: key, url }))
  const s3 = entry?.s3
  return {
    origin: entry?.origin ?? null,
    witnesses,
    quorum: entry?.quorum ?? (witnesses.length === 0 ? 0 : Math.floor(witnesses.length / 2) + 1),
    s3: s3 === undefined ? null : { ...s3, secretKey: secretOf(s3.secretKey, at) },
  }
}

function keeperOf(entry: ConfigFile['keeper'], at: At): KeeperConfig {
  const token = entry?.pkcs11
  return {
    socket: entry?.socket === undefined ? null : at(entry.socket),
    pkcs11: token === undefined ? null : { ...token, module: at(token.module), pin: secretOf(token.pin, at) },
  }
}

function policyOf(entry: ConfigFile['policy'], at: (path: string) => string): Config['policy'] {
  if (entry === undefined) return null
  if (typeof entry === 'string') return { mode: 'replace', folder: at(entry) }
  return 'extend' in entry
    ? { mode: 'extend', folder: at(entry.extend) }
    : { mode: 'replace', folder: at(entry.replace) }
}

function listenOf(text: string, file: string): Address {
  const address = parseAddress(text, 0)
  if (address) return address
  const found = text.slice(0, 60)
  const reason = {
    de: `erwartet wird eine Adresse wie ${LISTEN}, gefunden wurde „${found}“`,
    en: `expected is an address such as ${LISTEN}, found was “${found}”`,
  }
  throw invalidFile('config.invalid', [{ file, line: 1, reason }])
}
