import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { openCheckpoint } from '../engines/tlog/checkpoint.ts'
import { parseVerifierKey } from '../engines/tlog/note.ts'
import type { KeeperError } from './errors.ts'
import { connectSigner } from './signer.ts'
import { GrowingTree } from './testing/growing-tree.ts'
import { type Folders, makeFolders, type RawKeeper, rawKeeper } from './testing/raw-keeper.ts'
import { removeStrippedCode } from './testing/stripped-code.ts'

afterAll(removeStrippedCode)

const KILLS = 100
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** Everything that was ever asked to be signed, by root, and everything that left the keeper, by size. */
class World {
  readonly proposed = new Map<string, GrowingTree>()
  readonly left = new Map<number, string>()
  verifierKey: string | null = null
  forksRefused = 0
  #entry = 0

  /** A log that has grown by one or two entries that no other has. */
  async child(tree: GrowingTree): Promise<GrowingTree> {
    const names = Array.from({ length: 1 + (this.#entry % 2) }, () => `entry ${this.#entry++}`)
    const grown = (await tree.fork()).append(...names)
    this.proposed.set(hex(grown.root), grown)
    return grown
  }

  async take(note: string, verifierKey: string): Promise<void> {
    const { size, root } = await openCheckpoint(note, parseVerifierKey(verifierKey))
    expect(this.left.get(size) ?? hex(root)).toBe(hex(root))
    this.left.set(size, hex(root))
    expect(this.verifierKey ?? verifierKey).toBe(verifierKey)
    this.verifierKey = verifierKey
  }

  treeOf(last: { size: number; root: Uint8Array } | null): GrowingTree {
    const tree = last === null ? GrowingTree.empty() : this.proposed.get(hex(last.root))
    if (tree === undefined) throw new Error('the keeper remembers a tree that nobody proposed')
    return tree
  }
}

/** A hostile server: asks for two histories at once, again and again, until the keeper is gone. */
async function forkUntilGone(keeper: RawKeeper, world: World, onNote: () => void): Promise<void> {
  const signer = await connectSigner(keeper.client, null)
  for (;;) {
    const tree = world.treeOf(await signer.last())
    const rivals = [await world.child(tree), await world.child(tree), await world.child(tree)]
    const growths = await Promise.all(rivals.map((rival) => rival.growthFrom(tree.size)))
    const answers = await Promise.allSettled(growths.map((growth) => signer.sign(growth)))
    for (const answer of answers) {
      if (answer.status === 'fulfilled') {
        await world.take(answer.value, signer.verifierKey)
        onNote()
      } else if ((answer.reason as KeeperError).code === 'refused') world.forksRefused += 1
      else throw answer.reason
    }
  }
}

async function killOften(folders: Folders, world: World, random: () => number): Promise<void> {
  for (let n = 0; n < KILLS; n += 1) {
    const keeper = rawKeeper(folders)
    // Most deaths while it signs, before or after a note or two; some while it starts.
    if (n % 5 === 0) await sleep(random() * 80)
    else {
      expect(await keeper.first).toMatchObject({ event: 'ready' })
      let missing = n % 3
      const { promise, resolve } = Promise.withResolvers<void>()
      const onNote = () => {
        missing -= 1
        if (missing <= 0) resolve()
      }
      const work = forkUntilGone(keeper, world, onNote).catch((error: unknown) => error)
      if (missing > 0) await Promise.race([promise, work])
      await sleep(random() * 15)
      await keeper.kill()
      expect(await work).toMatchObject({ code: 'unreachable' })
    }
    await keeper.kill()
  }
}

/** Park and Miller: the same points in every run, as far as a kill can be that. */
function randomFrom(seed: number): () => number {
  let state = seed * 7919
  return () => {
    state = (state * 48_271) % 0x7fff_ffff
    return state / 0x7fff_ffff
  }
}

describe('kill -9', () => {
  const oneLog = async (seed: number) => {
    const folders = makeFolders()
    const world = new World()
    try {
      await killOften(folders, world, randomFrom(seed))
      const keeper = rawKeeper(folders)
      const signer = await connectSigner(keeper.client, null)
      const tree = world.treeOf(await signer.last())
      await keeper.kill()
      expect(signer.verifierKey).toBe(world.verifierKey)
      // Whatever ever left is part of the one history that is remembered.
      for (const [size, root] of world.left) expect(hex(tree.rootAt(size) ?? new Uint8Array())).toBe(root)
      return world
    } finally {
      folders.remove()
    }
  }

  it('two hundred times at random points leaves one history and loses nothing', async () => {
    const worlds = await Promise.all([oneLog(1), oneLog(2)])
    expect(worlds.reduce((n, world) => n + world.left.size, 0)).toBeGreaterThan(50)
    expect(worlds.reduce((n, world) => n + world.forksRefused, 0)).toBeGreaterThan(50)
  }, 180_000)
})
