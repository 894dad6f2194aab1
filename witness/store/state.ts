import { createHash } from 'node:crypto'
import { parseCheckpoint } from '../../engines/tlog/checkpoint.ts'
import { parseNote } from '../../engines/tlog/note.ts'
import { verifiedBy } from '../../engines/tlog/verify-note.ts'
import type { Head } from '../judge.ts'
import type { Identity } from './key-file.ts'

/** What a witness remembers of a log. */
export interface Seen extends Head {
  readonly origin: string
  /** The checkpoint with the log's signature and ours: it says everything else here, and proves itself. */
  readonly note: string
  /** When it was cosigned, seconds since 1970. */
  readonly time: number
}

/** The name of a log's file: SHA-256 of its origin, hexadecimal. An origin may hold anything. */
export const fileOf = (origin: string): string => createHash('sha256').update(origin).digest('hex')

/** Takes a checkpoint as true that we cosigned ourselves. Null for anything else, torn or altered files too. */
export async function openSeen(note: string, identity: Identity): Promise<Seen | null> {
  try {
    const parsed = parseNote(note)
    const { origin, size, root } = parseCheckpoint(parsed.text)
    const keys = identity.signers.map((signer) => signer.key)
    const times = (await verifiedBy(parsed, keys)).map(({ time }) => time ?? 0)
    return times.length === 0 ? null : { origin, size, root, note, time: Math.max(...times) }
  } catch {
    return null
  }
}
