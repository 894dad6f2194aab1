import type { BlockingConfig } from '../config/blocking-config.ts'

/** Keeping attackers out, as the rest of the product sees it. */
export interface BlockingDesk {
  readonly config: BlockingConfig
  readonly state: {
    readonly decided: number
    /** Of those, in the kernel; null: not asked or not answered. */
    readonly enforced: number | null
    /** Code of what went wrong. */
    readonly problem: string | null
    readonly lookedAt: Date | null
    readonly refused: number | null
  }
  /** Networks that are never kept out, as last read. */
  never(): readonly {
    readonly family: 4 | 6
    readonly base: bigint
    readonly length: number
    readonly text: string
  }[]
  /** Brings kernel and ledger in line now. Resolves when it was tried. */
  wake(): Promise<void>
}
