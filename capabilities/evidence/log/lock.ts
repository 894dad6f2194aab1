import { readFileSync } from 'node:fs'
import { BergfriedError } from '../../../kernel/errors.ts'
import type { FileLayer } from './file-layer.ts'

/**
 * Takes a folder for this process alone. The lock names process, the moment of its start and the boot of the machine, so a lock
 * left by a killed process is known as such, also when its number was given again.
 *
 * @returns gives the folder back
 * @throws {BergfriedError} `evidence.locked`
 */
export function lockFolder(files: FileLayer, folder: string): () => void {
  const path = `${folder}/lock`
  const mine = `${process.pid} ${startOf(process.pid)} ${bootId()}`
  for (let attempt = 0; attempt < 3; attempt++) {
    if (files.claim(path, Buffer.from(mine))) return () => files.removeFile(path)
    const found = textOf(files, path)
    if (found === null) continue
    if (isAlive(found)) throw new BergfriedError('evidence.locked', { what: folder })
    // Moved aside and looked at once more: between the two looks another process may have taken the folder.
    const aside = `${path}.left-${process.pid}`
    if (!moved(files, path, aside)) continue
    const taken = textOf(files, aside)
    if (taken !== found && taken !== null) files.claim(path, Buffer.from(taken))
    files.removeFile(aside)
  }
  throw new BergfriedError('evidence.locked', { what: folder })
}

/** @returns false where somebody else was faster */
function moved(files: FileLayer, from: string, to: string): boolean {
  try {
    files.rename(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}

const textOf = (files: FileLayer, path: string): string | null => {
  const bytes = files.readNow(path)
  return bytes === null ? null : Buffer.from(bytes).toString('utf8')
}

function isAlive(owner: string): boolean {
  const match = /^(\d{1,10}) (\d{1,20}) ([0-9a-f-]{36})$/.exec(owner)
  // Not one of ours: rather refuse than take.
  if (match === null) return true
  return match[3] === bootId() && startOf(Number(match[1])) === match[2]
}

/** When a process started, in ticks since the machine did (proc(5), field 22 of stat); null where there is none, or a dead one. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name of the program stands in brackets and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null)
  } catch {
    return null
  }
}

/** Process numbers and ticks begin anew when the machine starts. */
const bootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
