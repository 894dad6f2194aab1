import { readFileSync } from 'node:fs'
import { BergfriedError } from '../../../kernel/errors.ts'
import type { FileLayer } from './file-layer.ts'

/**
 * Takes a folder for this process alone. The lock names process and the moment of its start, so a lock left by a killed
 * process is known as such, also when its number was given again.
 *
 * @returns gives the folder back
 * @throws {BergfriedError} `evidence.locked`
 */
export function lockFolder(files: FileLayer, folder: string): () => void {
  const path = `${folder}/lock`
  const mine = `${process.pid} ${startOf(process.pid)}`
  for (let attempt = 0; attempt < 3; attempt++) {
    if (files.claim(path, Buffer.from(mine))) return () => files.removeFile(path)
    const found = textOf(files, path)
    if (found === null) continue
    if (isAlive(found)) throw new BergfriedError('evidence.locked', { what: folder })
    // Moved aside and looked at once more: between the two looks another process may have taken the folder.
    const aside = `${path}.left-${process.pid}`
    files.rename(path, aside)
    const moved = textOf(files, aside)
    if (moved !== found && moved !== null) files.claim(path, Buffer.from(moved))
    files.removeFile(aside)
  }
  throw new BergfriedError('evidence.locked', { what: folder })
}

const textOf = (files: FileLayer, path: string): string | null => {
  const bytes = files.readNow(path)
  return bytes === null ? null : Buffer.from(bytes).toString('utf8')
}

function isAlive(owner: string): boolean {
  const match = /^(\d{1,10}) (\d{1,20})$/.exec(owner)
  // Not one of ours: rather refuse than take.
  if (match === null) return true
  return startOf(Number(match[1])) === match[2]
}

/** When a process started, in ticks since the machine did (proc(5), field 22 of stat); null where there is none. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name of the program stands in brackets and may hold anything.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}
