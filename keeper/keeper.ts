import { AccessDesk } from './access/access-desk.ts'
import { CheckpointLog } from './checkpoint-log.ts'
import { removeUnfinished } from './durable.ts'
import { FieldsDesk } from './fields/fields-desk.ts'
import { FirewallDesk } from './firewall/firewall-desk.ts'
import { checkKeyFolder } from './folder.ts'
import type { Tree } from './growth.ts'
import { Journal } from './journal.ts'
import { fileKeys } from './keys/file-keys.ts'
import type { KeyStore } from './keys/key.ts'
import { type TokenConfig, tokenKeys } from './keys/token-keys.ts'
import { lockFolder } from './lock.ts'
import { openLog, recoverLog } from './opening.ts'
import { systemSeconds } from './system-clock.ts'

export interface KeeperInput {
  /** Absolute path of the key folder, which is the working directory too. */
  readonly folder: string
  /** Account that must own it. */
  readonly uid: number
  readonly origin: string | null
  readonly token: TokenConfig | null
}

/** Everything that holds keys, opened, the folder locked. Operations get this. */
export interface Keeper {
  readonly keyIn: KeyStore['place']
  readonly checkpoints: CheckpointLog
  readonly counters: Counters
  /** Opened at the first question: a log without it is a log all the same. @throws {KeeperError} */
  access(): Promise<AccessDesk>
  /** The same for orders to firewalls. @throws {KeeperError} */
  firewall(): Promise<FirewallDesk>
  /** The same for keys of fields. @throws {KeeperError} */
  fields(): Promise<FieldsDesk>
  close(): Promise<void>
}

/** What happened since the process started. */
export interface Counters {
  signed: number
  repeated: number
  refused: number
  malformed: number
  busy: number
}

/** @throws {KeeperError} `unsafe`, `locked`, `refused`, `origin_changed`, `failed` */
export const openKeeper = (input: KeeperInput): Promise<Keeper> =>
  withKeys(input, async (keys, journal, close) => {
    const opened = await openLog(input.folder, keys, journal, input.origin)
    const counters = { signed: 0, repeated: 0, refused: 0, malformed: 0, busy: 0 }
    let access: Promise<AccessDesk> | null = null
    let firewall: Promise<FirewallDesk> | null = null
    let fields: Promise<FieldsDesk> | null = null
    const openAccess = (): Promise<AccessDesk> => {
      access ??= AccessDesk.open(input.folder, keys, systemSeconds).catch((error: unknown) => {
        access = null
        throw error
      })
      return access
    }
    return {
      keyIn: keys.place,
      checkpoints: new CheckpointLog(input.folder, opened, journal),
      counters,
      access: openAccess,
      firewall: () => {
        firewall ??= openAccess()
          .then((desk) => FirewallDesk.open(input.folder, desk))
          .catch((error: unknown) => {
            firewall = null
            throw error
          })
        return firewall
      },
      fields: () => {
        fields ??= openAccess()
          .then((desk) => FieldsDesk.open(input.folder, desk))
          .catch((error: unknown) => {
            fields = null
            throw error
          })
        return fields
      },
      close,
    }
  })

/** Writes down what the operator says was signed last. Nothing is signed. @see recoverLog */
export const recoverKeeper = (input: KeeperInput, note: string | null): Promise<Tree | null> =>
  withKeys(input, async (keys, journal, close) => {
    const last = await recoverLog(input.folder, keys, journal, { origin: input.origin, note })
    await close()
    return last
  })

async function withKeys<T>(
  { folder, uid, token }: KeeperInput,
  work: (keys: KeyStore, journal: Journal, close: () => Promise<void>) => Promise<T>,
): Promise<T> {
  await checkKeyFolder(folder, uid)
  const lock = await lockFolder(folder)
  let journal: Journal | null = null
  let keys: KeyStore | null = null
  const close = async () => {
    keys?.close()
    await journal?.close()
    lock.release()
  }
  try {
    await removeUnfinished(folder)
    keys = token === null ? fileKeys(folder) : await tokenKeys(token)
    journal = await Journal.open(folder)
    return await work(keys, journal, close)
  } catch (error) {
    await close()
    throw error
  }
}
