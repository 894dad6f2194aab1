import type { Change } from './change.ts'
import type { When } from './when.ts'

/** Something that was, or still is, different from how it should be on one system. */
export interface Incident {
  readonly system: string
  readonly from: When
  /** Null: it still is. */
  readonly to: When | null
  readonly changes: readonly Change[]
}
