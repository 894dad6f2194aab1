import { Worker } from 'node:worker_threads'

/** Files to make, for the thread that makes them. */
export interface WriteOrder {
  readonly id: number
  readonly files: readonly { readonly path: string; readonly bytes: Uint8Array }[]
  readonly mode: number
}

/** Its answer; the first file that could not be made, if any. */
export interface Written {
  readonly id: number
  readonly failure: { readonly code: string; readonly path: string } | null
}

interface Waiting {
  resolve(): void
  reject(error: Error): void
}

let worker: Worker | null = null
let orders = 0
const waiting = new Map<number, Waiting>()

/**
 * Makes files, in the memory of the system, on a thread of its own.
 *
 * @throws an error with the code of the system, after all of them were tried
 */
export function writeFiles(files: WriteOrder['files'], mode: number): Promise<void> {
  const thread = worker ?? start()
  const id = orders++
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject })
    // Lives only while there is something to wait for.
    thread.ref()
    thread.postMessage({ id, files, mode } satisfies WriteOrder)
  })
}

function start(): Worker {
  const made = new Worker(new URL('./write-files.worker.ts', import.meta.url))
  worker = made
  made.on('message', ({ id, failure }: Written) => {
    const one = waiting.get(id)
    waiting.delete(id)
    if (waiting.size === 0) made.unref()
    if (failure === null) one?.resolve()
    else one?.reject(Object.assign(new Error(`${failure.code}: ${failure.path}`), { code: failure.code }))
  })
  const gone = (error?: Error): void => {
    if (worker === made) worker = null
    for (const one of waiting.values()) one.reject(Object.assign(error ?? new Error('gone'), { code: 'EIO' }))
    waiting.clear()
  }
  made.on('error', gone)
  made.on('exit', () => gone())
  return made
}
