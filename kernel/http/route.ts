import type { FastifyInstance, RawReplyDefaultExpression, RawRequestDefaultExpression, RawServerDefault } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { FactKind } from '../../facts/kinds.ts'
import type { AccessDesk } from '../act/access-desk.ts'
import type { BackupDesk } from '../act/backup-desk.ts'
import type { BlockingDesk } from '../act/blocking-desk.ts'
import type { DetectionDesk } from '../act/detection-desk.ts'
import type { FirewallDesk } from '../act/firewall-desk.ts'
import type { KeysDesk } from '../act/keys-desk.ts'
import type { NetworkDesk } from '../act/network-desk.ts'
import type { Check } from '../check/check.ts'
import type { Clock } from '../clock/clock.ts'
import type { RegisteredSystem } from '../collect/systems.ts'
import type { SecurityTxt } from '../config/face-config.ts'
import type { Database } from '../db/database.ts'
import type { EvidenceLog } from '../ledger/evidence-log.ts'
import type { Policy } from '../policy/policy-schema.ts'
import type { FrontFiles } from './front-files.ts'
import type { LiveFeed } from './live-feed.ts'
import type { SignIn } from './sign-in.ts'

/** What a token may be given. A route names exactly one permission. */
export const PERMISSIONS = [
  /** The document with its states. */
  'policy',
  /** Systems, findings, rows, evidence. */
  'read',
  /** The register of people. */
  'people',
  'export',
  'collect',
  'except',
  'attest',
  /** Approve or refuse what others ask for; end grants; lock. */
  'approve',
  /** Acknowledge alerts, write in incidents, ban and unban. */
  'respond',
  /** Propose and make changes to firewalls and keys. */
  'change',
  'register',
  'admin',
] as const
export type TokenPermission = (typeof PERMISSIONS)[number]
/** `self`: a signed-in person's own account; no token has it. */
export type Permission = TokenPermission | 'self'

export type Http = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  never,
  ZodTypeProvider
>

/** What routes work with. Handed in, so that a test hands in its own. */
export interface RouteDeps {
  readonly database: Database
  readonly clock: Clock
  readonly policy: Policy
  readonly checks: ReadonlyMap<string, Check>
  readonly systems: readonly RegisteredSystem[]
  /** The transparency log; null where none runs in this process. */
  readonly evidence: EvidenceLog | null
  readonly live: LiveFeed
  readonly signIn: SignIn
  readonly securityTxt: SecurityTxt | null
  /** What access works with; null where nothing acts, as in the demonstration. */
  readonly access: AccessDesk | null
  /** Attacks seen in logs; null where no source is configured. */
  readonly detection: DetectionDesk | null
  /** Segmentation and its proofs; null where no intent is written down. */
  readonly network: NetworkDesk | null
  /** Keeping attackers out; null where the configuration says nothing of it. */
  readonly blocking: BlockingDesk | null
  /** What backups work with; null in the demonstration. */
  readonly backups: BackupDesk | null
  /** What changes of firewalls work with; null in the demonstration. */
  readonly firewall: FirewallDesk | null
  /** What keys of fields work with; null in the demonstration. */
  readonly keys: KeysDesk | null
  /** The console's files; null where none were built. */
  front(): Promise<FrontFiles | null>
  /** True: everything shown is made up, in a database of its own. */
  readonly demo: boolean
  /** Collects a system out of turn; returns at once. */
  collectNow(system: RegisteredSystem): void
  /** Tells that facts were stored by somebody else than the watch. */
  changed(system: RegisteredSystem, kinds: readonly FactKind[]): void
}

/** A route file: it adds its route, with the permission in its config, to the server. */
export interface Route {
  add(http: Http, deps: RouteDeps): void
}

/** Gives a route file its types. */
export const defineRoute = (add: Route['add']): Route => ({ add })

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Deny by default: a route without one is refused when the server starts. */
    permission?: Permission | 'public'
  }
}
