import type { KernelBlocks } from '../../kernel/act/blocks.ts'
import { kernelBlocks } from './blocking/kernel-blocks.ts'
import { type OwnNetworks, ownNetworks } from './blocking/own-networks.ts'

/** What this machine's kernel keeps out. */
export const hostBlocks = (): KernelBlocks => kernelBlocks()

/** Whom this machine must never keep out. */
export const hostNetworks = (): Promise<OwnNetworks> => ownNetworks()
