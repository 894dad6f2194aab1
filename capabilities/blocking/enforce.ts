import { hostBlocks, hostNetworks } from '../../connectors/host/apply.ts'
import type { KernelBlocks } from '../../kernel/act/blocks.ts'

/** The kernel of the machine that this runs on. */
export const thisKernel = (): KernelBlocks => hostBlocks()

/** @returns whom this machine must never keep out, and what could not be asked */
export const ownNetworks = hostNetworks
