import type { Entitlement } from '../config/access-config.ts'
import type { Actor } from './actor.ts'

/** A key by which somebody approves; shapes as the keeper takes them. */
export interface ApproverKey {
  readonly person: string
  readonly kind: 'ssh' | 'passkey'
  readonly key: string
  readonly rpId: string | null
  readonly origin: string | null
}

/** A signature over a text. */
export interface SignedApproval {
  readonly person: string
  readonly ssh: string | null
  readonly passkey: {
    readonly clientData: string
    readonly authenticatorData: string
    readonly signature: string
  } | null
}

/**
 * The keeper, as far as access goes. It verifies approvals itself and believes nothing of what the server says of them.
 *
 * @throws {BergfriedError} `keeper.refused`, `keeper.unreachable`
 */
export interface AccessKeeper {
  status(): Promise<{
    /** Line of the key that certifies users, and of the key that signs what hosts go by. */
    readonly authority: string
    readonly orders: string
    readonly approvers: readonly { readonly person: string; readonly kind: string; readonly name: string }[]
  }>
  enrol(approver: ApproverKey, approvals: readonly SignedApproval[]): Promise<{ readonly name: string }>
  removeApprover(person: string): Promise<void>
  /** @returns from and until as Unix times */
  open(
    request: string,
    approvals: readonly SignedApproval[],
  ): Promise<{ readonly from: number; readonly until: number }>
  end(grant: string): Promise<void>
  certify(
    grant: string,
    publicKey: string,
  ): Promise<{ readonly certificate: string; readonly serial: number; readonly validBefore: number }>
  hostOrders(host: string): Promise<{
    readonly version: number
    readonly allowList: string
    readonly krl: string
    readonly krlSignature: string
    readonly issued: number
  }>
}

/** What access works with. */
export interface AccessDesk {
  readonly keeper: AccessKeeper
  readonly entitlements: readonly Entitlement[]
  /** In which revocations of a leaver have to be proven, in seconds. */
  readonly serviceLevelSeconds: number
  /** Who acts on a system; null: nobody does. */
  actorOf(system: string): Actor | null
  /** Where a database is that people get roles on; null: it is none, or nobody acts on it. */
  addressOf(system: string): { readonly host: string; readonly port: number; readonly database: string } | null
  /** What enrolled hosts are told and say; shapes are those of capabilities/access/contract-host.ts. */
  readonly hosts: {
    /** @returns null where nothing is newer than `after` for as long as a host may wait */
    orders(host: string, after: number, signal: AbortSignal): Promise<object | null>
    reported(host: string, report: object): Promise<void>
  }
  /** Tells the workers that there is something to do. */
  wake(): void
}
