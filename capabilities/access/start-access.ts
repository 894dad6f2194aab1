import type { AccessDesk, AccessKeeper } from '../../kernel/act/access-desk.ts'
import type { Actor } from '../../kernel/act/actor.ts'
import type { Clock } from '../../kernel/clock/clock.ts'
import type { AccessConfig } from '../../kernel/config/access-config.ts'
import type { Database } from '../../kernel/db/database.ts'
import { applicationActor } from './applications/application-actor.ts'
import { hostActor } from './hosts/host-actor.ts'
import { HostDesk } from './hosts/host-desk.ts'
import { AccessWorker, type WorkerInput } from './revocation/worker.ts'

export interface AccessInput extends Pick<WorkerInput, 'onProblem' | 'onMoved'> {
  readonly database: Database
  readonly clock: Clock
  readonly keeper: AccessKeeper
  readonly config: AccessConfig
  /** Who acts on systems that are not hosts, by name. */
  readonly actors: ReadonlyMap<string, Actor>
  readonly addressOf: AccessDesk['addressOf']
  /** Who opens addresses on the firewall of a host; null: nobody does. */
  readonly opens: ((host: string, endInKeeper: (grant: string) => Promise<void>) => Actor) | null
}

export interface RunningAccess extends AccessDesk {
  stop(): Promise<void>
}

/** No certificate counts longer than this after its grant has ended, whatever a clock says. */
const OUTLIVED = "interval '20 minutes'"

/** Starts whatever makes grants true and takes them away. */
export function startAccess({
  database,
  clock,
  keeper,
  config,
  actors,
  addressOf,
  opens,
  onProblem,
  onMoved,
}: AccessInput): RunningAccess {
  const pool = database.stage('bf_access')
  const { entitlements, serviceLevelSeconds } = config
  const hosts = new HostDesk({ pool, clock, keeper, entitlements })
  const known = new Map<string, Actor>(actors)
  const endInKeeper = (grant: string): Promise<void> => keeper.end(grant)
  const outlived = async (grant: string): Promise<boolean> => {
    const rows = await pool.query(
      `select from access."grant" where id = $1 and ended_at < $2::timestamptz - ${OUTLIVED}`,
      [grant, clock.now()],
    )
    return rows.length > 0
  }
  for (const { kind, system } of entitlements) {
    if (kind === 'host' && !known.has(system)) known.set(system, hostActor(system, hosts, { endInKeeper, outlived }))
    if (kind === 'application' && !known.has(system)) known.set(system, applicationActor(pool, clock))
  }
  for (const { kind, system } of entitlements) {
    if (kind !== 'network' || opens === null) continue
    const opening = opens(system, endInKeeper)
    const other = known.get(system)
    known.set(system, other === undefined ? opening : byLevel(other, opening))
  }
  const actorOf = (system: string): Actor | null => known.get(system) ?? null
  const worker = new AccessWorker({
    database,
    pool,
    clock,
    actorOf,
    endInKeeper,
    desk: { serviceLevelSeconds },
    onProblem,
    onMoved,
  })
  worker.start()
  return {
    keeper,
    entitlements,
    serviceLevelSeconds,
    actorOf,
    addressOf,
    hosts,
    wake: () => worker.wake(),
    stop: () => worker.stop(),
  }
}

/** A host on which people sign in, and whose firewall lets them reach something: what is granted says which. */
function byLevel(host: Actor, opening: Actor): Actor {
  const of = ({ level }: { readonly level: string }): Actor => (level === 'reach' ? opening : host)
  return {
    abilities: host.abilities,
    apply: (order, signal) => of(order).apply(order, signal),
    revoke: (lease, signal) => of(lease).revoke(lease, signal),
    look: (lease, signal) => of(lease).look(lease, signal),
    probe: (lease, signal) => of(lease).probe(lease, signal),
  }
}
