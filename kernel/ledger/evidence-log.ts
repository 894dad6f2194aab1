/** A log as others know it: what must be pinned to check it. */
export interface LogIdentity {
  /** First line of its checkpoints (C2SP tlog-checkpoint). */
  readonly origin: string
  /** Verifier key of the log (C2SP signed-note). */
  readonly verifierKey: string
  readonly witnesses: readonly { readonly verifierKey: string; readonly url: string }[]
  /** How many witnesses must have cosigned a checkpoint before it is published. */
  readonly quorum: number
}

/** Why a witness did not confirm a checkpoint. */
export interface Refusal {
  readonly witness: string
  readonly reason: string
  readonly reasonDe: string
  /** It has seen a history of this log that ours is not the continuation of. */
  readonly otherHistory: boolean
}

export interface LogStatus {
  /** Entries under the published checkpoint. */
  readonly sealed: number
  /** Entries under the newest signed checkpoint, which may still lack cosignatures. */
  readonly pending: number
  readonly publishedAt: Date | null
  /** Why sealing stands still, or null. */
  readonly problem: { readonly code: string; readonly detail: Readonly<Record<string, string | number>> } | null
  /** What the witnesses last said against a checkpoint. */
  readonly refused: readonly Refusal[]
}

/** The transparency log as routes and commands see it: read only. */
export interface EvidenceLog {
  readonly identity: LogIdentity
  /** A file of the log by its path below the prefix: `checkpoint`, `tile/0/000`, `tile/entries/000.p/7`; null: none such. */
  read(path: string): Promise<Uint8Array | null>
  /**
   * Proof of inclusion of one entry under the published checkpoint (C2SP tlog-proof).
   *
   * @throws {BergfriedError} `evidence.not_sealed`
   */
  proofOf(position: number): Promise<string>
  status(): Promise<LogStatus>
}

/** Whoever holds the log's key: signs growth that it has itself checked, and nothing else. */
export interface CheckpointSigner {
  readonly verifierKey: string
  readonly origin: string
  /** What was signed last, or null where nothing was. */
  last(): Promise<{ readonly size: number; readonly root: Uint8Array } | null>
  /** @returns the signed checkpoint. @throws {BergfriedError} `keeper.refused`, `keeper.unreachable` */
  sign(growth: {
    readonly oldSize: number
    readonly newSize: number
    readonly newRoot: Uint8Array
    /** RFC 6962 consistency proof from the old size to the new. */
    readonly consistency: readonly Uint8Array[]
  }): Promise<string>
}
