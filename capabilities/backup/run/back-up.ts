import { randomUUID } from 'node:crypto'
import { readHeader } from '../../../engines/age/header.ts'
import type { BackupPlan } from '../../../kernel/config/backup-config.ts'
import type { Manifest } from '../contract.ts'
import { takeBackup } from '../dump/take-backup.ts'
import { placeOf } from '../facts.ts'
import { overdue } from '../retention.ts'
import type { BackupStore } from '../store/backup-store.ts'
import { keptRuns, recordLook, recordRemoved, recordRun } from '../store.ts'
import { type BackupBench, codeOf } from '../work.ts'

/**
 * Takes a backup, looks at what lies in the store, removes what is over. Each is recorded, the failure too.
 *
 * @throws whatever stopped it, after it was recorded
 */
export async function backUp(
  bench: BackupBench,
  plan: BackupPlan,
  signal: AbortSignal,
  onBytes?: (done: number, total: number) => void,
): Promise<Manifest> {
  const { clock, pool } = bench
  const beganAt = clock.now()
  const place = placeOf(plan)
  let store: BackupStore
  let manifest: Manifest
  try {
    store = await bench.storeOf(plan)
    const work = { plan, source: bench.sourceOf(plan), store, clock, signal }
    manifest = await takeBackup({ ...work, ...(onBytes === undefined ? {} : { onBytes }) })
  } catch (error) {
    const failed = { id: randomUUID(), backup: plan.name, beganAt, endedAt: clock.now(), problem: codeOf(error) }
    await pool.transaction((tx) => recordRun(tx, { ...failed, manifest: null, place }))
    throw error
  }
  const { id, takenAt, finishedAt } = manifest
  await pool.transaction((tx) =>
    recordRun(tx, {
      id,
      backup: plan.name,
      beganAt: new Date(takenAt),
      endedAt: new Date(finishedAt),
      problem: null,
      manifest,
      place,
    }),
  )
  await lookAt(bench, store, manifest)
  await removeOverdue(bench, plan, store)
  return manifest
}

/** Reads the beginning of the artefact back: whether it is encrypted is seen there, and not in what we meant to write. */
async function lookAt({ pool, clock }: BackupBench, store: BackupStore, manifest: Manifest): Promise<void> {
  const sealedFor = await recipientsOf(store, manifest.dump.name).catch(() => null)
  await pool.transaction((tx) => recordLook(tx, clock.now(), manifest.id, sealedFor))
}

/** @returns for how many recipients; null: no age file */
async function recipientsOf(store: BackupStore, name: string): Promise<number | null> {
  let held = Buffer.alloc(0)
  for await (const piece of store.read(name)) {
    held = Buffer.concat([held, piece])
    const header = readHeader(held)
    if (header !== null) return header.stanzas.length
  }
  return null
}

async function removeOverdue(bench: BackupBench, plan: BackupPlan, store: BackupStore): Promise<void> {
  const { pool, clock } = bench
  const kept = await keptRuns(pool, plan.name)
  for (const run of overdue(kept, clock.now(), plan)) {
    const folder = run.manifest?.dump.name.split('/').slice(0, -1).join('/')
    if (folder === undefined) continue
    // The manifest goes first: what is left of a removal that broke off is no backup any more.
    const names = await store.list(`${folder}/`)
    for (const name of [...names].sort(
      (a, b) => Number(b.endsWith('manifest.json')) - Number(a.endsWith('manifest.json')),
    ))
      await store.remove(name)
    await pool.transaction((tx) => recordRemoved(tx, clock.now(), run))
  }
}
