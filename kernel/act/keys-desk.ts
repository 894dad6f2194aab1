import type { SignedApproval } from './access-desk.ts'

export interface KeeperKey {
  readonly name: string
  readonly state: 'active' | 'disabled' | 'shredded'
  /** Unix times. */
  readonly madeAt: number
  readonly endedAt: number | null
  /** The newest ones. */
  readonly versions: readonly { readonly version: number; readonly madeAt: number }[]
}

export interface CountedUse {
  readonly grant: string | null
  readonly holder: string
  readonly key: string
  readonly op: 'wrap' | 'unwrap'
  /** `done`, or why it was refused. */
  readonly outcome: string
  readonly count: number
  readonly first: number
  readonly last: number
}

/** A question of a holder and the answer, which none but holder and keeper can read. */
export interface CarriedQuestion {
  readonly question: string
  readonly signature: string
  readonly context: string
  readonly box: string
}

/**
 * The keeper, as far as keys of fields go. It verifies approvals and holders itself and believes nothing of what the server says.
 *
 * @throws {BergfriedError} `keeper.refused`, `keeper.unreachable`
 */
export interface KeysKeeper {
  list(): Promise<{ readonly publicKey: string; readonly keys: readonly KeeperKey[] }>
  create(name: string): Promise<void>
  rotate(name: string): Promise<{ readonly version: number }>
  disable(name: string): Promise<void>
  order(order: string, approvals: readonly SignedApproval[]): Promise<{ readonly from: number; readonly until: number }>
  revoke(grant: string): Promise<{ readonly known: boolean }>
  use(asked: CarriedQuestion): Promise<{ readonly kek: string; readonly answer: string }>
  uses(
    acknowledged: number,
  ): Promise<{ readonly batch: { readonly number: number; readonly uses: readonly CountedUse[] } | null }>
}

/** What keys of fields work with. */
export interface KeysDesk {
  readonly keeper: KeysKeeper
  /** Tells pages that are open, and the worker. */
  moved(): void
}
