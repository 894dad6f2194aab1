import { existsSync, readFileSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { codeOf, problem } from '../errors.ts'
import { type Fits, isCount, isListOf, isObjectOf, isText, parseShape } from '../shape.ts'
import { readTrusted } from '../trusted-file.ts'
import { isProbe } from './change-order.ts'

/** A change that was begun. */
export const isPending = isObjectOf({
  id: isText(36),
  number: isCount,
  /** Of this start of the system: another one loads what was kept before, and nothing is left to take back. */
  boot: isText(36),
  /** SHA-256 of the text that takes it back. */
  before: isText(64),
  confirm: isCount,
  probes: isListOf(isProbe, 50),
})
export type Pending = Fits<typeof isPending>

/** The change that a file tells of; null where there is none, or nothing that could be believed. */
export function readPending(path: string): Pending | null {
  if (!existsSync(path)) return null
  try {
    return parseShape(readTrusted(path, 65_536).toString('utf8'), isPending)
  } catch {
    return null
  }
}

/**
 * Moves a change on. Of two who try, whoever renames first has decided, and that takes no space on the disk.
 *
 * @returns false: somebody else did
 */
export async function moveOn(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to)
    return true
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw problem(
      'failed',
      from,
      `cannot be renamed (${codeOf(error)})`,
      `lässt sich nicht umbenennen (${codeOf(error)})`,
    )
  }
}

export const bootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
