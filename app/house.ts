import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { FactKind } from '../facts/kinds.ts'
import type { Check } from '../kernel/check/check.ts'
import type { Clock } from '../kernel/clock/clock.ts'
import type { Connector } from '../kernel/collect/connector.ts'
import { collectSystem } from '../kernel/collect/run.ts'
import { PRODUCT, type RegisteredSystem, syncSystems } from '../kernel/collect/systems.ts'
import type { Config, SystemConfig } from '../kernel/config/config.ts'
import type { Environment } from '../kernel/config/environment.ts'
import { canonicalJson, type Json } from '../kernel/ledger/canonical-json.ts'
import { loadPolicy, policyFolders } from '../kernel/policy/load-policy.ts'
import { policyDigest } from '../kernel/policy/policy-digest.ts'
import type { Policy } from '../kernel/policy/policy-schema.ts'
import { CHECKS } from './checks.generated.ts'
import { CONNECTORS } from './connectors.generated.ts'
import { dataFolder } from './data-folder.ts'
import { type OpenedDatabase, startDatabase } from './database-start.ts'
import { claimHouse } from './demo/claim-house.ts'
import { HOME } from './home.ts'
import { ownRegister } from './own-register.ts'
import { ownDatabaseTarget, targetOf } from './targets.ts'
import type { Watched } from './watch.ts'

/** Name of the bundled PostgreSQL as a system: it is watched like any other. */
export const OWN_DATABASE = 'bergfried-db'

/** Everything opened and connected: what the server and the commands work with. */
export interface House extends OpenedDatabase {
  readonly config: Config
  readonly clock: Clock
  readonly policy: Policy
  readonly checks: ReadonlyMap<string, Check>
  readonly connectors: readonly Connector[]
  readonly systems: readonly RegisteredSystem[]
  readonly watched: readonly Watched[]
  /** True: everything in it is made up. */
  readonly demo: boolean
}

export interface HouseInput {
  readonly config: Config
  readonly env: Environment
  readonly clock: Clock
  /**
   * True: the configuration says which systems there are, and others are removed. False: it only adds, so that a command
   * called from another folder ends nothing.
   */
  readonly sync: boolean
}

export const CHECK_BY_ID: ReadonlyMap<string, Check> = new Map(CHECKS.map((c: Check) => [c.id, c]))

/** Loads the policy, opens the database, registers the configured systems. */
export async function openHouse(input: HouseInput): Promise<House> {
  const { config, clock } = input
  const policy = await loadShippedOrOwn(config)
  const folder = dataFolder(config, input.env)
  const opened = await startDatabase(folder, config.databaseUrl)
  try {
    const where = config.databaseUrl === null ? folder : 'DATABASE_URL'
    await claimHouse(opened.database.stage('bf_owner'), { demo: false, at: clock.now(), where })
    const configured = withOwnDatabase(config.systems, opened)
    const systems = await syncSystems(
      opened.database.stage('bf_desk'),
      [...configured.map(({ name, kind }) => ({ name, kind })), PRODUCT],
      configurationEntries(configured, policy),
      clock.now(),
      { remove: input.sync },
    )
    await beginRegister(opened, systems, clock)
    const byName = new Map(systems.map((s) => [s.name, s]))
    const watched = configured.flatMap((system): Watched[] => {
      const registered = byName.get(system.name)
      if (registered === undefined) return []
      return [
        { ...registered, target: ownTarget(system, opened) ?? targetOf(system, input.env), labels: labelsOf(system) },
      ]
    })
    return {
      ...opened,
      config,
      clock,
      policy,
      checks: CHECK_BY_ID,
      connectors: CONNECTORS as readonly Connector[],
      systems,
      watched,
      demo: false,
    }
  } catch (error) {
    await opened.close()
    if (opened.embedded?.started === true) await opened.embedded.stop()
    throw error
  }
}

export function loadShippedOrOwn(config: Pick<Config, 'policy'>): Promise<Policy> {
  return loadPolicy(policyFolders(join(HOME, 'policy'), config.policy), { knownChecks: new Set(CHECK_BY_ID.keys()) })
}

function withOwnDatabase(systems: readonly SystemConfig[], opened: OpenedDatabase): readonly SystemConfig[] {
  if (opened.embedded === null || systems.some((s) => s.name === OWN_DATABASE)) return systems
  return [
    ...systems,
    {
      name: OWN_DATABASE,
      kind: 'postgres',
      connection: 'postgres:///postgres',
      password: null,
      acting: null,
      labels: {},
    },
  ]
}

/** The bundled cluster is reached by its socket, as its owner: only a superuser sees the state of passwords. */
function ownTarget(system: SystemConfig, opened: OpenedDatabase) {
  if (system.name !== OWN_DATABASE || opened.embedded === null) return null
  return ownDatabaseTarget(system.name, opened.embedded)
}

function labelsOf(system: SystemConfig): readonly { label: string; value: string }[] {
  return Object.entries(system.labels).flatMap(([label, values]) => values.map((value) => ({ label, value })))
}

/** An entry has at most 60,000 bytes: so many systems fit with names of 63 characters. */
const SYSTEMS_PER_ENTRY = 300

/** What a change of the configuration leaves in the evidence: names, kinds and digests, in as many entries as it takes. */
function configurationEntries(systems: readonly SystemConfig[], policy: Policy): readonly Json[] {
  const digest = (value: Json) => createHash('sha256').update(canonicalJson(value)).digest('hex')
  const parts = Math.max(1, Math.ceil(systems.length / SYSTEMS_PER_ENTRY))
  return Array.from({ length: parts }, (_, part) => ({
    part,
    parts,
    systems: systems.slice(part * SYSTEMS_PER_ENTRY, (part + 1) * SYSTEMS_PER_ENTRY).map((s) => ({
      name: s.name,
      kind: s.kind,
      digest: digest(JSON.parse(JSON.stringify(s)) as Json),
    })),
    policy: policyDigest(policy),
  }))
}

/** The register exists from the first start: our own accounts are in it, the people come by import. */
async function beginRegister(
  opened: OpenedDatabase,
  systems: readonly RegisteredSystem[],
  clock: Clock,
): Promise<void> {
  const register = systems.find((s) => s.kind === 'register')
  if (register === undefined) return
  const collect = opened.database.stage('bf_collect')
  const [known] = await collect.query('select from collect.pulse where system_id = $1 limit 1', [register.id])
  if (known !== undefined) return
  const rows = opened.embedded === null ? [] : ownRegister(OWN_DATABASE)
  const given = new Map<FactKind, readonly Readonly<Record<string, unknown>>[]>(
    (['person', 'service_account', 'account_owner', 'entitlement', 'enrolled_key'] as const).map((kind) => [
      kind,
      rows.filter((r) => r.kind === kind).map((r) => r.row),
    ]),
  )
  await collectSystem(collect, { system: register, connectors: [], target: undefined as never, clock, given })
}
