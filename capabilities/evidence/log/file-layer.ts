import { execFile } from 'node:child_process'
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { open, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { writeFiles } from './write-files.ts'

/** An open file that is written at places. */
export interface AppendFile {
  /** Bytes that it had when it was opened. */
  readonly size: number
  /** Writes all bytes at a place. */
  write(bytes: Uint8Array, at: number): Promise<void>
  /** Returns when the content is on the disk. */
  sync(): Promise<void>
  truncate(length: number): Promise<void>
  close(): Promise<void>
}

/** Everything the store does to a disk, so that a test can make any of it fail, or be the last thing that happened. */
export interface FileLayer {
  /** Makes a folder and those above it. @returns the folders in which a new one was made, the lowest first */
  makeFolder(path: string): readonly string[]
  namesIn(folder: string): readonly string[]
  /** Content, or null where there is no such file. */
  readNow(path: string): Uint8Array | null
  read(path: string): Promise<Uint8Array | null>
  openForAppend(path: string): Promise<AppendFile>
  /** Writes a file that nobody asks for yet: into the memory of the system, not yet to disk. */
  create(path: string, bytes: Uint8Array): Promise<void>
  /** {@link create} for many at once, where that is cheaper. All are tried before it rejects. */
  createAll?(files: readonly { readonly path: string; readonly bytes: Uint8Array }[]): Promise<void>
  /** Writes a whole file under a name of its own and moves it to its place: into the memory of the system, not yet to disk. */
  put(path: string, bytes: Uint8Array): Promise<void>
  /** Brings a file, or the names in a folder, to the disk. */
  sync(path: string): Promise<void>
  /**
   * Brings all that was written below a folder to the disk.
   *
   * @param paths - the files and folders in question
   */
  syncAll(folder: string, paths: Iterable<string>): Promise<void>
  /** Makes a file with this content unless one is there. @returns whether it was made */
  claim(path: string, bytes: Uint8Array): boolean
  rename(from: string, to: string): void
  removeFile(path: string): void
  removeFolder(path: string): void
}

const MODE = 0o644
/** Others do not look around here; a web server that is to serve the folder joins its group. */
const FOLDER_MODE = 0o750

export const diskFiles: FileLayer = {
  makeFolder: (path) => {
    const parents: string[] = []
    for (let at = path; !existsSync(at) && at !== dirname(at); at = dirname(at)) parents.push(dirname(at))
    mkdirSync(path, { recursive: true, mode: FOLDER_MODE })
    return parents
  },
  namesIn: (folder) => readdirSync(folder),
  readNow: (path) => unlessMissing(() => readFileSync(path)),
  read: async (path) => {
    try {
      return await readFile(path)
    } catch (error) {
      if (isMissing(error)) return null
      throw error
    }
  },
  openForAppend: async (path) => {
    // Made with `a+`, opened again without: places are given by us.
    await (await open(path, 'a+', MODE)).close()
    const file = await open(path, 'r+')
    const { size } = await file.stat()
    return {
      size,
      write: async (bytes, at) => {
        for (let done = 0; done < bytes.length; ) {
          const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at + done)
          done += bytesWritten
        }
      },
      sync: () => file.datasync(),
      truncate: (length) => file.truncate(length),
      close: () => file.close(),
    }
  },
  create: (path, bytes) => writeFile(path, bytes, { mode: MODE }),
  createAll: (files) => writeFiles(files, MODE),
  put: async (path, bytes) => {
    const fresh = `${path}.new`
    await writeFile(fresh, bytes, { mode: MODE })
    await rename(fresh, path)
  },
  sync: async (path) => {
    const file = await open(path, 'r')
    await file.sync().finally(() => file.close())
  },
  // syncfs(2) by the program of coreutils: one call for thousands of files. Where that does not go, one after the other.
  syncAll: async (folder, paths) => {
    try {
      await promisify(execFile)('sync', ['--file-system', folder], { timeout: 300_000 })
    } catch {
      for (const path of paths) await syncIfThere(path)
    }
  },
  claim: (path, bytes) => {
    const fresh = `${path}.${process.pid}`
    writeSynced(fresh, bytes)
    try {
      linkSync(fresh, path)
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
      throw error
    } finally {
      unlinkSync(fresh)
    }
  },
  rename: renameSync,
  removeFile: (path) => rmSync(path, { force: true }),
  removeFolder: (path) => rmSync(path, { recursive: true, force: true }),
}

/** What is gone by now, a partial tile that became full, needs no sync. */
async function syncIfThere(path: string): Promise<void> {
  try {
    await diskFiles.sync(path)
  } catch (error) {
    if (!isMissing(error)) throw error
  }
}

function writeSynced(path: string, bytes: Uint8Array): void {
  const file = openSync(path, 'w', MODE)
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done, bytes.length - done, done)
    fdatasyncSync(file)
  } finally {
    closeSync(file)
  }
}

const isMissing = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')

function unlessMissing(read: () => Uint8Array): Uint8Array | null {
  try {
    return read()
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}
