import { chmodSync, chownSync, mkdirSync } from 'node:fs'
import { problem } from './errors.ts'
import type { Layout } from './layout.ts'
import { findAccount } from './passwd.ts'

/** Makes the folders below /run, which are gone after each start of the system. Until then sshd lets nobody in. */
export function prepareFolders(layout: Pick<Layout, 'runFolder' | 'logins' | 'seen' | 'commandAccount'>): void {
  const account = findAccount(layout.commandAccount)
  if (account === null) throw problem('failed', layout.commandAccount, 'no such account', 'kein solches Konto')
  mkdirSync(layout.runFolder, { recursive: true })
  chmodSync(layout.runFolder, 0o755)
  for (const [path, uid, gid] of [
    [layout.logins, account.uid, account.gid],
    [layout.seen, 0, 0],
  ] as const) {
    mkdirSync(path, { recursive: true })
    chmodSync(path, 0o700)
    chownSync(path, uid, gid)
  }
}
