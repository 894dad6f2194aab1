import { execFile } from 'node:child_process'
import {
  closeSync,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { open, readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

/** An open file that only grows, or begins anew. */
export interface AppendFile {
  /** Writes all bytes at a place. */
  write(bytes: Uint8Array, at: number): Promise<void>
  /** Returns when the content is on the disk. */
  sync(): Promise<void>
  truncate(): Promise<void>
  close(): Promise<void>
}

/** Everything the store does to a disk, so that a test can make any of it fail, or be the last thing that happened. */
export interface FileLayer {
  makeFolder(path: string): void
  /** Content, or null where there is no such file. */
  readNow(path: string): Uint8Array | null
  read(path: string): Promise<Uint8Array | null>
  openForAppend(path: string): Promise<AppendFile>
  /** Writes a whole file under a name of its own and moves it to its place: into the memory of the system, not yet to disk. */
  put(path: string, bytes: Uint8Array): void
  /** Brings a file, or the names in a folder, to the disk. */
  sync(path: string): void
  /** Brings everything on the file system of a folder to the disk: much cheaper than file by file. */
  syncAll(folder: string): Promise<void>
  /** Makes a file with this content unless one is there. @returns whether it was made */
  claim(path: string, bytes: Uint8Array): boolean
  rename(from: string, to: string): void
  removeFile(path: string): void
  removeFolder(path: string): void
}

const MODE = 0o644
const FOLDER_MODE = 0o755

export const diskFiles: FileLayer = {
  makeFolder: (path) => {
    mkdirSync(path, { recursive: true, mode: FOLDER_MODE })
  },
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
    const file = await open(path, 'a+', MODE).then(async (made) => {
      // Opened again without `a`: places are given by us.
      await made.close()
      return open(path, 'r+')
    })
    return {
      write: async (bytes, at) => {
        for (let done = 0; done < bytes.length; ) {
          const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at + done)
          done += bytesWritten
        }
      },
      sync: () => file.datasync(),
      truncate: () => file.truncate(0),
      close: () => file.close(),
    }
  },
  put: (path, bytes) => {
    const fresh = `${path}.new`
    writeWhole(fresh, bytes, false)
    renameSync(fresh, path)
  },
  sync: (path) => {
    const file = openSync(path, 'r')
    try {
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
  },
  // syncfs(2) by the program of coreutils; it tells of writes that failed since Linux 5.8.
  syncAll: async (folder) => {
    await promisify(execFile)('sync', ['--file-system', folder], { timeout: 300_000 })
  },
  claim: (path, bytes) => {
    const fresh = `${path}.${process.pid}`
    writeWhole(fresh, bytes, true)
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

function writeWhole(path: string, bytes: Uint8Array, sync: boolean): void {
  const file = openSync(path, 'w', MODE)
  try {
    ftruncateSync(file, 0)
    for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done, bytes.length - done, done)
    if (sync) fdatasyncSync(file)
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
