import type { KernelBlocks } from '../../kernel/act/blocks.ts'
import { kernelBlocks } from './blocking/kernel-blocks.ts'
import { type OwnNetworks, ownNetworks } from './blocking/own-networks.ts'
import { type Replayed, type ReplayPacket, replayPacket } from './replay/replay-packet.ts'

/** What this machine's kernel keeps out. */
export const hostBlocks = (): KernelBlocks => kernelBlocks()

/** Sends a packet through rules in a throw-away namespace. */
export const hostReplay = (rules: string, packet: ReplayPacket): Promise<Replayed> => replayPacket(rules, packet)

/** Whom this machine must never keep out. */
export const hostNetworks = (): Promise<OwnNetworks> => ownNetworks()
