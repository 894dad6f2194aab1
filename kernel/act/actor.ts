/** What whoever acts on a kind of system can promise. Declared, shown, and held against what is measured. */
export interface Abilities {
  /** False: what was given stays until it ends by itself. */
  readonly canRevokeNow: boolean
  /** How long something may go on after it was taken away, where everything works. */
  readonly maxResidualSeconds: number
  readonly canKillSessions: boolean
  /** Whether it can be read back and tried that it is gone. */
  readonly canProve: boolean
}

/** What a grant lets somebody do on one system. */
export interface LeaseOrder {
  /** UUID of the grant; names that are made of it are never used again. */
  readonly grant: string
  /** The account wished for, a short name without anything but a-z, 0-9 and `_`. */
  readonly account: string
  /** What the entitlement gives, in the words of the system: `read`, `write`, `shell`, `root`. */
  readonly level: string
  readonly until: Date
  /** What somebody proves to be it with, made on their machine: a SCRAM verifier, a public key. Never a secret. */
  readonly credential: string | null
}

/** What was made on the system. */
export interface Lease extends LeaseOrder {
  /** What the system itself calls it: an OID, a DN, a number. */
  readonly external: string
}

/** Something of a lease that is still there. */
export interface Remainder {
  /** `session`, `role`, `membership`, `account`, `process`, … */
  readonly what: string
  /** Names and numbers alone. */
  readonly detail: string
}

/** What an attempt to use a lease came to. `cannot`: nothing could be tried. */
export type Probe = 'refused' | 'let_in' | 'cannot'

/**
 * Acts on one system. What it answers counts for nothing: whether something is gone is what {@link Actor.look} reads and
 * {@link Actor.probe} tries afterwards. Everything may be repeated, and interrupted between any two steps.
 *
 * @throws {BergfriedError} `collect.unreachable`, `collect.denied`, `collect.timeout` and codes of its own
 */
export interface Actor {
  readonly abilities: Abilities
  /** Makes what the order says. @returns what the system calls it */
  apply(order: LeaseOrder, signal: AbortSignal): Promise<{ readonly external: string }>
  /** Takes it away, with every session and every way back. */
  revoke(lease: Lease, signal: AbortSignal): Promise<void>
  /** What of it is still there. */
  look(lease: Lease, signal: AbortSignal): Promise<readonly Remainder[]>
  /** Really tries to use what was taken away. */
  probe(lease: Lease, signal: AbortSignal): Promise<Probe>
}
