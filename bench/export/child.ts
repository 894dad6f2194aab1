// Exports or verifies a pack in a process of its own, so that its memory is its own. Prints seconds and memory.
import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { exportPack } from '../../capabilities/evidence/export/export-pack.ts'
import { streamSink } from '../../capabilities/evidence/export/sink.ts'
import { verifyPack } from '../../capabilities/evidence/export/verify/verify-pack.ts'
import { type DatabaseAddress, openDatabase } from '../../kernel/db/database.ts'
import type { LogIdentity } from '../../kernel/ledger/evidence-log.ts'

export interface Order {
  readonly work: 'export' | 'verify'
  readonly address: DatabaseAddress
  readonly log: string
  readonly identity: LogIdentity
  readonly pack: string
}

export interface Result {
  readonly seconds: number
  readonly maxRssMb: number
  readonly bytes: number
  readonly entries: number
}

const order = JSON.parse(process.argv[2] ?? '') as Order
const begun = performance.now()
const done = order.work === 'export' ? await makePack() : await checkPack()
const result: Result = {
  seconds: (performance.now() - begun) / 1000,
  maxRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
  ...done,
}
process.stdout.write(JSON.stringify(result))

async function makePack() {
  const database = openDatabase(order.address)
  const file = createWriteStream(order.pack)
  const { manifest, bytes } = await exportPack(
    {
      audit: database.stage('bf_audit'),
      log: { identity: order.identity, read: (path) => readFile(join(order.log, path)).catch(() => null) },
      policy: { chapters: [], frameworks: [], roles: [], controls: [] },
      checks: new Map(),
      from: new Date('2026-01-01T00:00:00Z'),
      to: new Date('2027-01-01T00:00:00Z'),
      controls: null,
      openPersonal: false,
      sample: null,
    },
    streamSink(file),
  )
  await new Promise((resolve) => file.end(resolve))
  await database.close()
  return { bytes, entries: manifest.counts.leaves }
}

async function checkPack() {
  const { proved } = await verifyPack(order.pack, null)
  return { bytes: 0, entries: proved.openings }
}
