/** A request as decisions are made about it. */
export interface StoredRequest {
  readonly id: string
  readonly requester: string
  readonly receiver: string
  readonly entitlement: string
  readonly system: string
  readonly text: string
  readonly approvals: number
  readonly credential: string | null
}
