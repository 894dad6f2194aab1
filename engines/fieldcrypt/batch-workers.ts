import type { KeyObject } from 'node:crypto'
import { parentPort, Worker, workerData } from 'node:worker_threads'
import type { Column } from './associated-data.ts'
import { allOrNothing, type Job, JobPacker, type PackedCell, type Reply, runJob, unpack } from './batch-job.ts'
import { type KeyState, OpenKey } from './data-key.ts'
import { MAX_PLAINTEXT } from './envelope.ts'
import { FieldcryptError, invalid } from './errors.ts'
import { type Decrypted, FieldCipher, type PlainCell, type StoredCell } from './field-cipher.ts'
import type { KeyScope } from './key-scope.ts'
import type { NonceOptions } from './nonces.ts'

/** Jobs given to a thread at once: one runs, one waits. */
const AHEAD = 2
const MAX_WORKERS = 64
const MARK = 'bergfried fieldcrypt worker'

interface Start {
  readonly mark: typeof MARK
  readonly column: Column
  readonly keys: readonly { id: number; scope: KeyScope; key: KeyObject; state: KeyState }[]
  readonly options: Omit<NonceOptions, 'random'>
}

interface Waiting {
  readonly done: (reply: Reply) => void
  readonly failed: (error: FieldcryptError) => void
}

/** A thread with the jobs it was given, oldest first: it answers in order. */
interface Thread {
  readonly worker: Worker
  readonly waiting: Waiting[]
}

export interface WorkerOptions {
  /** 1 to 64. More than there are processors gain nothing. */
  readonly workers: number
  /** As of `NonceOptions`, for each thread. */
  readonly messagesPerHead?: number
  readonly maxHeads?: number
}

/**
 * The batch functions of `FieldCipher` on several threads, while this one stays free for others. Each thread draws nonces of its own.
 * Keys go to the threads as KeyObjects. What happens to a key here (demoted, shredded, closed) holds for every job given out after it,
 * and no plaintext is handed over once one of the keys was shredded meanwhile. The results of a job share memory: whoever keeps one of them for
 * long copies it.
 */
export class WorkerBatch implements AsyncDisposable {
  readonly #keys: readonly OpenKey[]
  readonly #threads: readonly Thread[]
  /** Batches that wait for a thread to have room. */
  #roomSeekers: (() => void)[] = []
  #closed: FieldcryptError | null = null

  /** Errors as of `FieldCipher`'s constructor. */
  constructor(column: Column, keys: readonly OpenKey[], { workers, ...options }: WorkerOptions) {
    if (!Number.isInteger(workers) || workers < 1 || workers > MAX_WORKERS) throw invalid('workers are 1 to 64')
    // Refuses here and now what a thread would refuse later.
    new FieldCipher(column, keys, options)
    this.#keys = keys
    const { tenant, table, column: name } = column
    const start: Start = {
      mark: MARK,
      column: { tenant, table, column: name },
      keys: keys.map(({ id, scope, key, state }) => ({ id, scope: { ...scope }, key, state })),
      options,
    }
    this.#threads = Array.from({ length: workers }, () => this.#start(start))
  }

  /** As `FieldCipher.encryptBatch`. Further error: `worker`. */
  async encryptBatch(cells: readonly PlainCell[]): Promise<Buffer[]> {
    const packed = await this.#run('encrypt', cells, ({ row, value, revision }) => {
      if (!(value instanceof Uint8Array)) throw invalid('a value is bytes')
      if (value.length > MAX_PLAINTEXT) throw new FieldcryptError('too_large', 'a value beyond 64 MiB')
      return { row, bytes: value, revision }
    })
    return allOrNothing(packed)
  }

  /** As `FieldCipher.decryptBatch`. Further error: `worker`. */
  async decryptBatch(cells: readonly StoredCell[]): Promise<Buffer[]> {
    return allOrNothing(await this.tryDecryptBatch(cells))
  }

  /** As `FieldCipher.tryDecryptBatch`, but a row that cannot be bound at all fails the whole batch. Further error: `worker`. */
  async tryDecryptBatch(cells: readonly StoredCell[]): Promise<Decrypted[]> {
    const before = this.#usable()
    const results = await this.#run('decrypt', cells, ({ row, envelope, revision }) => {
      if (!(envelope instanceof Uint8Array)) throw new FieldcryptError('malformed', 'an envelope is bytes')
      return { row, bytes: envelope, revision }
    })
    if (this.#usable() !== before) throw new FieldcryptError('key_state', 'a key was shredded or closed meanwhile')
    return results
  }

  /** Ends the threads. What still runs is rejected with `worker`. */
  async close(): Promise<void> {
    this.#stop(new FieldcryptError('worker', 'the workers were closed'))
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #run<C>(kind: Job['kind'], cells: readonly C[], pack: (cell: C) => PackedCell): Promise<Decrypted[]> {
    const packer = new JobPacker(kind)
    const jobs: Promise<Decrypted[]>[] = []
    const give = async (): Promise<void> => {
      const job = this.#give(kind, packer, await this.#room())
      // It may fail while this batch waits for room and nobody looks yet.
      job.catch(() => {})
      jobs.push(job)
    }
    for (const cell of cells) {
      packer.add(pack(cell))
      if (packer.full) await give()
    }
    if (!packer.empty) await give()
    return (await Promise.all(jobs)).flat()
  }

  #give(kind: Job['kind'], packer: JobPacker, thread: Thread): Promise<Decrypted[]> {
    const job = packer.take(this.#keys.map(({ id, state }) => [id, state] as const))
    // The lengths are needed here, so they are copied; the values are moved.
    const { lengths, packed } = job
    return new Promise((resolve, reject) => {
      thread.waiting.push({ done: (reply) => resolve(unpack(kind, lengths, reply)), failed: reject })
      thread.worker.ref()
      thread.worker.postMessage(job, [packed.buffer])
    })
  }

  /** The thread with the fewest jobs, once one has room. */
  async #room(): Promise<Thread> {
    for (;;) {
      if (this.#closed !== null) throw this.#closed
      let best: Thread | undefined
      for (const thread of this.#threads) if (thread.waiting.length < (best?.waiting.length ?? AHEAD)) best = thread
      if (best !== undefined) return best
      await new Promise<void>((resolve) => this.#roomSeekers.push(resolve))
    }
  }

  #start(start: Start): Thread {
    const worker = new Worker(new URL(import.meta.url), { workerData: start })
    const thread: Thread = { worker, waiting: [] }
    worker.on('message', (reply: Reply) => {
      thread.waiting.shift()?.done(reply)
      if (thread.waiting.length === 0) worker.unref()
      this.#wake()
    })
    worker.on('error', () => this.#stop(new FieldcryptError('worker', 'a worker failed')))
    worker.on('exit', () => this.#stop(new FieldcryptError('worker', 'a worker ended')))
    worker.unref()
    return thread
  }

  #stop(why: FieldcryptError): void {
    this.#closed ??= why
    for (const { waiting } of this.#threads) for (const { failed } of waiting.splice(0)) failed(why)
    this.#wake()
  }

  #wake(): void {
    for (const resume of this.#roomSeekers.splice(0)) resume()
  }

  #usable(): number {
    return this.#keys.filter(({ state }) => state !== 'shredded').length
  }
}

/** The other side: a thread that does jobs until it is ended. */
function serve({ column, keys: given, options }: Start): void {
  const keys = given.map(({ id, scope, key, state }) => OpenKey.adopt(id, 'data', scope, key, state))
  const cipher = new FieldCipher(column, keys, options)
  const port = parentPort
  port?.on('message', (job: Job) => {
    for (const [id, state] of job.states) keys.find((key) => key.id === id)?.demote(state)
    const reply = runJob(cipher, job)
    port.postMessage(reply, [reply.out.buffer])
  })
}

const start: Partial<Start> | null = typeof workerData === 'object' ? workerData : null
if (parentPort !== null && start?.mark === MARK) serve(start as Start)
