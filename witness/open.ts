import { ConflictStore } from './store/conflict-store.ts'
import { checkFolders } from './store/folder.ts'
import { type Identity, readKeys } from './store/key-file.ts'
import { type Lock, lockFolder } from './store/lock.ts'
import { StateStore } from './store/state-store.ts'

export interface Opened {
  readonly identity: Identity
  readonly states: StateStore
  readonly conflicts: ConflictStore
}

/** Reads the folder of a witness and changes nothing. @throws {WitnessError} `unsafe`, `broken` */
export async function readFolder(folder: string): Promise<Opened> {
  await checkFolders(folder)
  const identity = await readKeys(folder)
  return { identity, states: await StateStore.open(folder, identity), conflicts: await ConflictStore.open(folder) }
}

/** The same, for this process alone. @throws {WitnessError} `unsafe`, `broken`, `locked` */
export async function openFolder(folder: string): Promise<Opened & { readonly lock: Lock }> {
  await checkFolders(folder)
  const lock = await lockFolder(folder)
  try {
    const opened = await readFolder(folder)
    await opened.states.clean()
    return { ...opened, lock }
  } catch (error) {
    await lock.release()
    throw error
  }
}
