// Exports a pack in a process of its own: another locale, another time zone, little memory. Prints what came out.
import { createHash } from 'node:crypto'
import { closeSync, openSync, writeSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type DatabaseAddress, openDatabase } from '../../../../kernel/db/database.ts'
import type { LogIdentity } from '../../../../kernel/ledger/evidence-log.ts'
import { zero } from '../../../../kernel/testing/zero-stage.ts'
import { exportPack } from '../export-pack.ts'
import { verifyPack } from '../verify/verify-pack.ts'
import { smallPolicy } from './small-policy.ts'

export interface ChildOrder {
  readonly address: DatabaseAddress
  /** Folder of the log's files. */
  readonly log: string
  readonly identity: LogIdentity
  readonly out: string
  readonly from: string
  readonly to: string
  readonly controls: readonly string[] | null
}

export interface ChildResult {
  readonly sha256: string
  /** Whether the bytes that were written have the digest that was stated, and verify. */
  readonly same: boolean
  readonly bytes: number
  readonly leaves: number
  readonly openings: number
  readonly timeZone: string
  readonly maxRssMb: number
}

const order = JSON.parse(process.argv[2] ?? '') as ChildOrder
const database = openDatabase(order.address)
const file = openSync(order.out, 'w')
const sum = createHash('sha256')
const { manifest, sha256, bytes } = await exportPack(
  {
    audit: database.stage('bf_audit'),
    log: {
      identity: order.identity,
      read: (path) => readFile(join(order.log, path)).catch(() => null),
    },
    policy: smallPolicy(zero),
    checks: new Map([[zero.id as string, zero]]),
    from: new Date(order.from),
    to: new Date(order.to),
    controls: order.controls,
    openPersonal: false,
    sample: null,
  },
  {
    write: async (part) => {
      sum.update(part)
      for (let at = 0; at < part.length; ) at += writeSync(file, part, at)
    },
  },
)
closeSync(file)
await database.close()
const report = await verifyPack(order.out, null)
const result: ChildResult = {
  sha256,
  same: sha256 === sum.digest('hex') && sha256 === report.sha256,
  bytes,
  leaves: manifest.counts.leaves,
  openings: report.proved.openings,
  timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
  maxRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
}
process.stdout.write(JSON.stringify(result))
