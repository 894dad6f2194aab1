import { hostReplay } from '../../connectors/host/apply.ts'

/** Sends a packet through rules in namespaces of its own on this machine. */
export const replayHere = hostReplay
