import { connect } from 'node:net'
import type { Probe } from './change-order.ts'
import type { ProbeResult } from './firewall-event.ts'

const PROBE_MS = 2500

/** Tries connections, all at once. @returns each with whether it is as it must be */
export const tryProbes = (probes: readonly Probe[]): Promise<readonly ProbeResult[]> =>
  Promise.all(probes.map(async (probe) => ({ ...probe, held: (await connects(probe)) === (probe.must === 'connect') })))

/** Whether a TCP connection comes about. A refusal by whoever is there means that it does not. */
export function connects({ address, port }: Pick<Probe, 'address' | 'port'>): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port })
    const done = (made: boolean): void => {
      socket.destroy()
      resolve(made)
    }
    socket.setTimeout(PROBE_MS, () => done(false))
    socket.once('connect', () => done(true))
    socket.once('error', () => done(false))
  })
}
