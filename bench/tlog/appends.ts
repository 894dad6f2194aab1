import { hash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { openPosixStore } from '../../capabilities/evidence/log/posix-store.ts'
import { Tree } from '../../engines/tlog/append.ts'
import { signCheckpoint } from '../../engines/tlog/checkpoint.ts'
import type { NoteSigner } from '../../engines/tlog/note.ts'
import { tilePath } from '../../engines/tlog/tile.ts'
import { batches, secondsOf } from './entries.ts'

/**
 * Seconds to append entries durably, batch by batch, and to sign and publish checkpoints, until the store is closed.
 *
 * @param headsEvery - least seconds between two checkpoints; 0: each batch has its own
 */
export async function appendSeconds(
  disk: string,
  entries: readonly Uint8Array[],
  batch: number,
  signer: NoteSigner,
  headsEvery: number,
): Promise<number> {
  const folder = await mkdtemp(join(disk, 'bergfried-bench-'))
  try {
    const store = await openPosixStore(join(folder, 'log'))
    const tree = Tree.empty()
    let published = performance.now()
    return await secondsOf(async () => {
      for (const part of batches(entries, batch)) {
        const { tiles, size, root } = tree.append(part)
        await store.append(tiles.map(({ id, bytes }) => ({ path: tilePath(id), bytes })))
        if (size < entries.length && performance.now() - published < headsEvery * 1000) continue
        published = performance.now()
        const note = await signCheckpoint({ origin: signer.key.name, size, root, extensions: [] }, signer)
        await store.replace('checkpoint', new TextEncoder().encode(note))
      }
      await store.close()
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Seconds to build the same tree, tiles and bundles in memory. */
export const treeSeconds = (entries: readonly Uint8Array[], batch: number): Promise<number> =>
  secondsOf(() => {
    const tree = Tree.empty()
    for (const part of batches(entries, batch)) tree.append(part)
  })

/** Seconds to hash each entry and do nothing else. `hex` is the fastest that Node has for short input, `buffer` the usual. */
export const hashSeconds = (entries: readonly Uint8Array[], as: 'hex' | 'buffer'): Promise<number> =>
  secondsOf(() => {
    if (as === 'hex') for (const entry of entries) hash('sha256', entry, 'hex')
    else for (const entry of entries) hash('sha256', entry, 'buffer')
  })
