import { openCheckpoint } from '../engines/tlog/checkpoint.ts'
import { parseVerifierKey } from '../engines/tlog/note.ts'
import type { KeeperClient } from './client.ts'
import { KeeperError, refused } from './errors.ts'
import type { Growth, Tree } from './growth.ts'
import { isPublicKeys, isSigned, isStatus, type Status } from './protocol.ts'
import type { Shape } from './shape.ts'

/** The keeper as a signer of checkpoints. Errors are {@link KeeperError}. */
export interface CheckpointSigner {
  readonly verifierKey: string
  readonly origin: string
  /** The tree that was signed last, or null. */
  last(): Promise<Tree | null>
  /** @returns the signed note */
  sign(growth: Growth): Promise<string>
}

/**
 * Learns the log's name and key. From then on they are pinned: a keeper with another key is not believed.
 *
 * @throws {KeeperError} `unreachable`, `origin_changed`
 */
export async function connectSigner(client: KeeperClient, origin: string | null): Promise<CheckpointSigner> {
  const pinned = await statusOf(client)
  if (origin !== null && pinned.origin !== origin) {
    throw new KeeperError('origin_changed', { found: pinned.origin, expected: origin })
  }
  const key = parseVerifierKey(pinned.verifierKey)
  const status = async (): Promise<Status> => {
    const now = await statusOf(client)
    if (now.verifierKey !== pinned.verifierKey) {
      throw refused(
        'another keeper answers, with another key',
        'ein anderer Schlüsselverwahrer antwortet, mit anderem Schlüssel',
      )
    }
    return now
  }
  return {
    verifierKey: pinned.verifierKey,
    origin: pinned.origin,
    last: async () => {
      const { last } = await status()
      return last === null ? null : { size: last.size, root: new Uint8Array(Buffer.from(last.root, 'hex')) }
    },
    sign: async ({ oldSize, newSize, newRoot, consistency }) => {
      const args = { oldSize, newSize, newRoot: hexOf(newRoot), consistency: consistency.map(hexOf) }
      const { note } = fitting(await client.ask('sign-checkpoint', args), isSigned)
      const signed = await openCheckpoint(note, key).catch(() => null)
      if (signed === null || signed.size !== newSize || hexOf(signed.root) !== hexOf(newRoot)) {
        throw refused('the keeper signed something else', 'der Schlüsselverwahrer hat etwas anderes unterschrieben')
      }
      return note
    },
  }
}

/** @throws {KeeperError} `unreachable` */
export const statusOf = async (client: KeeperClient): Promise<Status> =>
  fitting(await client.ask('status', {}), isStatus)

/** @throws {KeeperError} `unreachable` */
export const publicKeysOf = async (client: KeeperClient) => fitting(await client.ask('public-keys', {}), isPublicKeys)

function fitting<T>(value: unknown, shape: Shape<T>): T {
  if (shape(value)) return value
  throw new KeeperError('unreachable', { reason: 'an answer of another shape', reasonDe: 'eine Antwort anderer Form' })
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
