import { createReadStream } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { BergfriedError } from '../../../kernel/errors.ts'
import { type BackupStore, NAME, type ObjectWriter } from './backup-store.ts'

/** A folder, better on another machine's disk. Files get mode 0600. */
export class FolderStore implements BackupStore {
  readonly place: string

  /** @param folder - absolute; made where it is missing */
  constructor(folder: string) {
    this.place = folder
  }

  async begin(name: string): Promise<ObjectWriter> {
    const path = this.#path(name)
    const part = `${path}.part`
    const file = await this.#try(async () => {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      return open(part, 'w', 0o600)
    })
    let open_ = true
    const close = async (): Promise<void> => {
      if (open_) await file.close()
      open_ = false
    }
    return {
      write: (piece) => this.#try(() => writeAll(file, piece)),
      commit: () =>
        this.#try(async () => {
          await file.sync()
          await close()
          await rename(part, path)
          await syncFolder(dirname(path))
        }),
      abort: async () => {
        await close().catch(() => undefined)
        await rm(part, { force: true })
      },
    }
  }

  async *read(name: string): AsyncGenerator<Buffer> {
    try {
      for await (const piece of createReadStream(this.#path(name), { highWaterMark: 1 << 20 })) yield piece as Buffer
    } catch (error) {
      throw this.#failed(error)
    }
  }

  async list(prefix: string): Promise<readonly string[]> {
    const all = await this.#try(() =>
      readdir(this.place, { recursive: true, withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return []
        throw error
      }),
    )
    return all
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.part'))
      .map((entry) => join(entry.parentPath, entry.name).slice(this.place.length + 1))
      .filter((name) => name.startsWith(prefix))
      .sort()
  }

  async remove(name: string): Promise<void> {
    const path = this.#path(name)
    await this.#try(() => rm(path, { force: true }))
    // Only an empty folder goes.
    await rmdir(dirname(path)).catch(() => undefined)
  }

  #path(name: string): string {
    if (!NAME.test(name) || name.length > 500) throw new Error(`no name of a backup: ${name.slice(0, 80)}`)
    return join(this.place, name)
  }

  async #try<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw this.#failed(error)
    }
  }

  #failed(error: unknown): BergfriedError {
    if (error instanceof BergfriedError) return error
    const reason = (error as { code?: string }).code ?? 'failed'
    return new BergfriedError('backup.store', { where: this.place, reason }, { cause: error })
  }
}

async function writeAll(file: FileHandle, piece: Buffer): Promise<void> {
  for (let at = 0; at < piece.length; ) at += (await file.write(piece, at, piece.length - at)).bytesWritten
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  await folder.sync().finally(() => folder.close())
}
