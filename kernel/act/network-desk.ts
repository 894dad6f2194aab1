import type { NetworkConfig } from '../config/network-config.ts'

/** Segmentation and its proofs, as the rest of the product sees them. */
export interface NetworkDesk {
  readonly config: NetworkConfig
  readonly state: {
    readonly proofs: readonly {
      readonly intent: string
      readonly segment: string
      readonly host: string
      readonly hook: 'input' | 'forward'
      readonly owner: string
      readonly until: string | null
      readonly verdict: 'proved' | 'violated' | 'undecided'
      readonly packet: string | null
      readonly rule: string | null
      readonly because: string | null
      readonly replay: 'confirmed' | 'not_confirmed' | 'cannot' | 'none'
    }[]
    readonly provedAt: Date | null
  }
  /** Proves anew. Resolves when it was tried. */
  wake(): Promise<void>
}
