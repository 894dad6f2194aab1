import { existsSync } from 'node:fs'
import { OLDER } from '../../testing/cluster.ts'
import { type PreparedCluster, startPrepared } from './cluster.ts'

/** Names and binaries of the servers that everything is tried on: the catalogues and rules of 15 and 16+ differ. */
export const SERVERS = [
  ['the bundled PostgreSQL', undefined],
  ['PostgreSQL 15 of Debian', OLDER],
] as const

export function started(binaries: string | undefined): Promise<PreparedCluster> {
  if (binaries !== undefined && !existsSync(binaries)) throw new Error(`${binaries}: tools/install-test-packages.sh`)
  return startPrepared(binaries)
}
