import { resolve } from 'node:path'
import { formatVerifierKey } from '../engines/tlog/note.ts'
import { needed, type Values } from './options.ts'
import { makeFolders } from './store/folder.ts'
import { createKeys, refuseKeys } from './store/key-file.ts'
import { lockFolder } from './store/lock.ts'
import { createRegister } from './store/state-store.ts'
import type { Terminal } from './terminal.ts'

/**
 * Makes a new witness: its folder, its key or keys. Prints the verifier keys, one per line.
 *
 * @throws {WitnessError} `usage` where the folder is one already
 */
export async function initWitness(terminal: Terminal, cwd: string, values: Values): Promise<void> {
  const folder = resolve(cwd, needed(values, 'folder'))
  const name = needed(values, 'name')
  await makeFolders(folder)
  const lock = await lockFolder(folder)
  try {
    await refuseKeys(folder)
    // The key comes last: with it the witness is whole, and without it all of this can be done again.
    await createRegister(folder)
    const { signers } = await createKeys(folder, name, values['ml-dsa'] === true)
    for (const { key } of signers) terminal.out(formatVerifierKey(key))
  } finally {
    await lock.release()
  }
}
