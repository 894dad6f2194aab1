import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { replaceFile } from '../../../kernel/config/replace-file.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import type { LogIdentity } from '../../../kernel/ledger/evidence-log.ts'
import { openPosixReader } from '../log/posix-store.ts'
import type { PublishedLog } from './published-log.ts'

const FILE = 'identity.json'

const Identity = z.strictObject({
  origin: z.string().min(1),
  verifierKey: z.string().min(1),
  witnesses: z.array(z.strictObject({ verifierKey: z.string(), url: z.string() })),
  quorum: z.int().min(0),
})

/** Keeps beside the log whose it is, for commands that run without the keeper. */
export const writeIdentity = (folder: string, identity: LogIdentity): Promise<void> =>
  replaceFile(join(folder, FILE), `${JSON.stringify(identity, null, 2)}\n`)

/**
 * Opens the log in a folder for reading; the server may be writing there.
 *
 * @throws {BergfriedError} `evidence.not_sealed` where no log was begun there, `evidence.store`
 */
export async function openLogFolder(folder: string): Promise<PublishedLog> {
  return { identity: await identityIn(folder), read: openPosixReader(folder).read }
}

async function identityIn(folder: string): Promise<LogIdentity> {
  try {
    return Identity.parse(JSON.parse(await readFile(join(folder, FILE), 'utf8')))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new BergfriedError('evidence.not_sealed', { position: 0 })
    const reason = code ?? 'malformed'
    throw new BergfriedError('evidence.store', { what: join(folder, FILE), reason })
  }
}
