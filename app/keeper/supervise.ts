import { stat } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { KeeperClient } from '../../keeper/client.ts'
import { KeeperError } from '../../keeper/errors.ts'
import type { PublicKeys, Status } from '../../keeper/protocol.ts'
import { connectSigner, publicKeysOf, statusOf } from '../../keeper/signer.ts'
import type { StartMessage } from '../../keeper/start-message.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import type { CheckpointSigner } from '../../kernel/ledger/evidence-log.ts'
import { keeperAccount } from './account.ts'
import { prepareFolders } from './folders.ts'
import { type Isolation, isolationOf } from './isolation.ts'
import { type KeeperEvent, type KeeperProcess, startProcess } from './keeper-process.ts'
import { type Launch, launchPlan } from './launch.ts'
import { translated, translatedSigner, translating } from './translate.ts'

export interface KeeperInput {
  /** The keeper's folder: `keys/` and `run/` are made in it. */
  readonly folder: string
  /** Socket of a keeper that somebody else runs; null or missing: one is started. */
  readonly socket?: string | null
  /** Configured name of the log, or null: what the key says. */
  readonly origin: string | null
  /** The key lies in a token. `pin` is secret. */
  readonly pkcs11?: {
    readonly module: string
    readonly token: string
    readonly key: string
    readonly pin: string
  } | null
  /** Members of this group may connect; null or missing: only the keeper's account (and root). */
  readonly group?: string | null
  /** Leave it the network, for a token that is reached by it. */
  readonly network?: boolean
  /** Variables that the token's module reads; the keeper has no others. */
  readonly variables?: Readonly<Record<string, string>>
  /** Longest wait for an answer in milliseconds, restarts included; ten seconds where nothing is said. */
  readonly timeoutMs?: number
  /** Told what went wrong while it runs: crashes, refusals, garbage on the socket. */
  readonly onProblem: (error: unknown) => void
}

export interface RunningKeeper {
  readonly signer: CheckpointSigner
  readonly isolation: Isolation
  /** Absolute path of the socket. */
  readonly socket: string
  /** @throws {BergfriedError} `keeper.unreachable` */
  status(): Promise<Status>
  /** The public half of every key. @throws {BergfriedError} `keeper.unreachable` */
  publicKeys(): Promise<PublicKeys['keys']>
  stop(): Promise<void>
}

/** Waits before a restart: doubled each time, at most half a minute; from the first again after a quiet minute. */
const FIRST_WAIT_MS = 100
const LONGEST_WAIT_MS = 30_000
const QUIET_MS = 60_000
/** How long an earlier keeper may take to notice that its supervisor is gone. */
const LOCK_WAITS = 5

/**
 * Starts a keeper and keeps it running, or connects to one that runs elsewhere.
 *
 * @throws {BergfriedError} `keeper.unsafe`, `keeper.refused`, `keeper.unreachable`, `evidence.locked`,
 *   `evidence.origin_changed`
 */
export async function startKeeper(input: KeeperInput): Promise<RunningKeeper> {
  if (input.socket != null) return connected(input, input.socket, async () => undefined)
  const supervisor = await Supervisor.start(input)
  try {
    return await connected(input, supervisor.socket, () => supervisor.stop())
  } catch (error) {
    await supervisor.stop()
    throw error
  }
}

async function connected(input: KeeperInput, socket: string, stop: () => Promise<void>): Promise<RunningKeeper> {
  const external = input.socket != null
  const client = new KeeperClient({ socket, ...(input.timeoutMs === undefined ? {} : { timeoutMs: input.timeoutMs }) })
  try {
    return await translating(async () => ({
      signer: translatedSigner(await connectSigner(client, input.origin)),
      isolation: isolationOf(await statusOf(client), (await stat(socket)).uid, external),
      socket,
      status: () => translating(() => statusOf(client)),
      publicKeys: () => translating(async () => (await publicKeysOf(client)).keys),
      stop: async () => {
        client.close()
        await stop()
      },
    }))
  } catch (error) {
    client.close()
    throw error
  }
}

/** What a start needs, made ready once. */
export async function prepareStart(
  input: Omit<KeeperInput, 'onProblem'>,
): Promise<{ launch: Launch; message: StartMessage; socket: string }> {
  const { pkcs11 = null, group = null, network = false } = input
  const account = await keeperAccount()
  const folders = await prepareFolders(input.folder, account, group)
  const token =
    pkcs11 === null ? null : { module: pkcs11.module, tokenLabel: pkcs11.token, keyLabel: pkcs11.key, pin: pkcs11.pin }
  const message: StartMessage = {
    keys: folders.keys,
    run: folders.run,
    origin: input.origin,
    token,
    account: account.own ? { uid: account.uid, gid: account.gid } : null,
    group: group !== null,
    recover: null,
  }
  return { launch: launchPlan({ account, folders, token: token !== null, network }), message, socket: folders.socket }
}

class Supervisor {
  readonly socket: string
  readonly #start: () => Promise<KeeperProcess>
  readonly #onProblem: (error: unknown) => void
  readonly #stopping = new AbortController()
  #process: KeeperProcess
  #watching: Promise<void>

  private constructor(
    socket: string,
    start: () => Promise<KeeperProcess>,
    process: KeeperProcess,
    onProblem: (error: unknown) => void,
  ) {
    this.socket = socket
    this.#start = start
    this.#process = process
    this.#onProblem = onProblem
    this.#watching = this.#watch()
  }

  static async start(input: KeeperInput): Promise<Supervisor> {
    const { launch, message, socket } = await prepareStart(input)
    const onEvent = (event: KeeperEvent) => input.onProblem(problemOf(event))
    const start = () => startProcess(launch, message, input.variables ?? {}, onEvent)
    return new Supervisor(socket, start, await whenUnlocked(start), input.onProblem)
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#process.stop()
    await this.#watching
  }

  async #watch(): Promise<void> {
    const { signal } = this.#stopping
    let waitMs = FIRST_WAIT_MS
    while (!signal.aborted) {
      const quiet = setTimeout(() => {
        waitMs = FIRST_WAIT_MS
      }, QUIET_MS)
      quiet.unref()
      const how = await this.#process.gone
      clearTimeout(quiet)
      if (signal.aborted) return
      this.#onProblem(crashed(how, waitMs))
      waitMs = await this.#restart(waitMs)
    }
  }

  /** @returns how long to wait before the next restart */
  async #restart(firstMs: number): Promise<number> {
    const { signal } = this.#stopping
    for (let waitMs = firstMs; ; ) {
      await sleep(waitMs, undefined, { signal }).catch(() => undefined)
      if (signal.aborted) return waitMs
      waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)
      try {
        this.#process = await this.#start()
        if (signal.aborted) await this.#process.stop()
        return waitMs
      } catch (error) {
        this.#onProblem(translated(error))
        // What is unsafe stays so until somebody has looked; a token would lock after a few wrong PINs.
        if (error instanceof KeeperError && error.code === 'unsafe') this.#stopping.abort()
      }
    }
  }
}

/** The keeper of a server that was just killed ends within moments. */
async function whenUnlocked(start: () => Promise<KeeperProcess>): Promise<KeeperProcess> {
  for (let waits = 0; ; waits += 1) {
    try {
      return await start()
    } catch (error) {
      const locked = error instanceof KeeperError && error.code === 'locked'
      if (!locked || waits >= LOCK_WAITS) throw translated(error)
      await sleep(200)
    }
  }
}

const crashed = (how: string, waitMs: number): BergfriedError =>
  new BergfriedError('keeper.unreachable', {
    reason: `it ended by itself (${how}) and is started again in ${waitMs} ms`,
    reasonDe: `er endete von selbst (${how}) und wird in ${waitMs} ms neu gestartet`,
  })

/** Whatever the keeper says of itself while it runs: refusals first of all. */
function problemOf({ event, ...detail }: KeeperEvent): unknown {
  if (event === 'defect') return new Error(`keeper: ${detail['where']}`)
  if (event === 'malformed') {
    const [reason, reasonDe] = [
      `garbage on its socket (${detail['reason']})`,
      `Unsinn am Socket (${detail['reasonDe']})`,
    ]
    return translated(new KeeperError('refused', { reason, reasonDe }))
  }
  return translated(new KeeperError(event === 'refused' || event === 'unsafe' ? event : 'failed', detail))
}
