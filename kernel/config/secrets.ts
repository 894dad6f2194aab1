import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { BergfriedError } from '../errors.ts'
import { invalidFile } from '../yaml/invalid-file.ts'
import type { Environment } from './environment.ts'

/** Where a secret is: in a file (absolute path) or in a variable. */
export type SecretRef = { readonly file: string } | { readonly variable: string }

const SECRET_LIMIT = 64 * 1024

/**
 * Reads a secret at the moment it is needed. A line end at the end of the file does not belong to it.
 *
 * @param system - name of the system it is for, for messages
 * @throws {BergfriedError} `config.secret_missing` not set, empty or unreadable; `config.invalid` the file is open to
 *   its group or to everybody, or is not a regular file of at most 64 KiB
 */
export async function readSecret(ref: SecretRef, system: string, env: Environment): Promise<string> {
  if ('variable' in ref) {
    const value = env.variable(ref.variable)
    if (value === null) throw missing(system, ref.variable)
    return value
  }
  let file: FileHandle | undefined
  try {
    file = await open(ref.file, constants.O_RDONLY | constants.O_NONBLOCK)
    const size = await sizeOfPrivate(file, ref.file)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size), 0, size, 0)
    const value = buffer.toString('utf8', 0, bytesRead).replace(/\r?\n$/, '')
    if (value === '') throw missing(system, ref.file)
    return value
  } catch (error) {
    if (error instanceof BergfriedError) throw error
    throw missing(system, ref.file)
  } finally {
    await file?.close()
  }
}

const missing = (system: string, where: string): BergfriedError =>
  new BergfriedError('config.secret_missing', { system, where })

/** Judges the opened file, not its name, so that it cannot be exchanged in between. */
async function sizeOfPrivate(file: FileHandle, path: string): Promise<number> {
  const stat = await file.stat()
  if (!stat.isFile() || stat.size > SECRET_LIMIT) {
    throw refused(path, 'keine Datei mit einem Passwort', 'not a file with a password')
  }
  if ((stat.mode & 0o077) !== 0) {
    const mode = (stat.mode & 0o7777).toString(8).padStart(4, '0')
    const de = `andere dürfen die Datei lesen oder ändern (Modus ${mode}); mit chmod 600 schließen`
    throw refused(path, de, `others may read or change the file (mode ${mode}); close it with chmod 600`)
  }
  return stat.size
}

const refused = (file: string, de: string, en: string): BergfriedError =>
  invalidFile('config.invalid', [{ file, line: 1, reason: { de, en } }])
