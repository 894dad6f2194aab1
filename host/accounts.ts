import { existsSync } from 'node:fs'
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf, problem } from './errors.ts'
import type { Layout } from './layout.ts'
import type { OrderedAccount } from './orders.ts'
import { type Account, endDayOf, findAccount, isManaged } from './passwd.ts'
import { isOf, readProcesses } from './processes.ts'
import { mustRun, runProgram } from './run-program.ts'
import { applySudoers, removeSudoers, sudoersFile } from './sudoers.ts'

const DAY_MS = 86_400_000
/** Day 1, as `usermod -e 1` sets it. A locked password would not do: keys and certificates go on working. */
const ENDED = 1
/** Whoever is in one of them is root or can become it. Such rights come as sudo rules alone, which end with the grant. */
const AS_GOOD_AS_ROOT: ReadonlySet<string> = new Set(
  'root sudo wheel admin shadow disk kmem mem docker lxd incus incus-admin libvirt bergfried-host'.split(' '),
)

/**
 * Makes an account what the order says, or changes it if this program made it. It ends by itself on the day after the order
 * does, should nobody end it.
 *
 * @throws {HostError} `refused`: an account of somebody else, a group or a sudo rule that is not given; `failed`
 */
export async function applyAccount(layout: Layout, order: OrderedAccount): Promise<void> {
  const { account, fullName } = order
  const found = findAccount(account)
  if (found !== null && !isManaged(layout, found)) throw foreign(account, layout)
  const bad = order.groups.find((group) => AS_GOOD_AS_ROOT.has(group) || group === layout.commandAccount)
  if (bad !== undefined) {
    throw problem('refused', account, `group ${bad} is as good as root`, `Gruppe ${bad} ist so gut wie root`)
  }
  const groups = [...new Set([layout.managedGroup, ...order.groups])].sort()
  const endDay = Math.floor(Date.parse(order.until) / DAY_MS) + 1
  if (found === null) {
    const end = new Date(endDay * DAY_MS).toISOString().slice(0, 10)
    const shell = existsSync('/bin/bash') ? '/bin/bash' : '/bin/sh'
    // `*` is no password's hash; `!` would be a lock, which sshd without PAM takes for the end of keys too.
    const options = ['-m', '-U', '-c', fullName, '-s', shell, '-p', '*', '-e', end, '-G', groups.join()]
    await mustRun('useradd', [...options, '--', account])
  } else {
    const same = found.fullName === fullName && [...found.groups].sort().join() === groups.join()
    if (!same || endDayOf(account) !== endDay) {
      const end = new Date(endDay * DAY_MS).toISOString().slice(0, 10)
      await mustRun('usermod', ['-c', fullName, '-e', end, '-G', groups.join(), '--', account])
    }
  }
  await applySudoers(layout, order)
}

/**
 * Ends an account: nobody signs in to it, runs anything as root or comes back by cron. It stays as an empty shell, so that its
 * number, which files still have, is never given to somebody else. May be repeated, and interrupted anywhere.
 *
 * @param killAll ends every process of a uid
 * @throws {HostError} `refused`: not made by this program; `failed`
 */
export async function endAccount(
  layout: Layout,
  account: string,
  killAll: (uid: number) => Promise<unknown>,
): Promise<void> {
  const found = findAccount(account)
  if (found === null) return removeSudoers(layout, account)
  if (!isManaged(layout, found)) throw foreign(account, layout)
  if (endDayOf(account) !== ENDED || found.groups.length > 1) {
    await mustRun('usermod', ['-e', String(ENDED), '-G', layout.managedGroup, '--', account])
  }
  await removeSudoers(layout, account)
  await removeSpools(layout, found)
  await killAll(found.uid)
  // Now nothing of it runs that could put something back.
  await removeSpools(layout, found)
  await removeKeys(found)
}

/** Whether nothing of an account can be used any more. Read from the system. */
export async function isGone(layout: Layout, account: string): Promise<boolean> {
  if (existsSync(sudoersFile(layout, account))) return false
  const found = findAccount(account)
  if (found === null) return true
  if (endDayOf(account) !== ENDED || found.groups.length > 1) return false
  if (keyFiles(found).some((path) => existsSync(path)) || (await spoolFiles(layout, found)).length > 0) return false
  return !readProcesses().some((one) => isOf(one, found.uid))
}

/** Deletes an account that this program made and ended. Its home folder stays where it is. */
export async function deleteAccount(layout: Layout, account: string): Promise<void> {
  const found = findAccount(account)
  if (found === null) return
  if (!isManaged(layout, found) || endDayOf(account) !== ENDED) throw foreign(account, layout)
  await mustRun('userdel', ['--', account])
}

const foreign = (account: string, { managedGroup }: Layout) =>
  problem(
    'refused',
    account,
    `is not an account of the group ${managedGroup}`,
    `ist kein Konto der Gruppe ${managedGroup}`,
  )

/** Jobs of cron and at, and what keeps a user's services running without a session. */
async function spoolFiles(layout: Layout, { name, uid }: Account): Promise<readonly string[]> {
  const byName = [...layout.crontabs, layout.linger].map((folder) => join(folder, name))
  const jobs = await Promise.all(layout.atJobs.map((folder) => filesOf(folder, uid)))
  const found = await Promise.all(byName.map(async (path) => ((await isFile(path)) ? [path] : [])))
  return [...found, ...jobs].flat()
}

async function removeSpools(layout: Layout, account: Account): Promise<void> {
  for (const path of await spoolFiles(layout, account)) await rm(path, { force: true })
}

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  )

async function filesOf(folder: string, uid: number): Promise<readonly string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  })
  const found = names.map(async (name) => {
    const path = join(folder, name)
    const file = await stat(path).catch(() => null)
    return file?.isFile() === true && file.uid === uid ? [path] : []
  })
  return (await Promise.all(found)).flat()
}

const keyFiles = ({ home }: Account): readonly string[] =>
  ['authorized_keys', 'authorized_keys2'].map((name) => join(home, '.ssh', name))

/** As the account itself: its folders may be links to where only root may remove something. */
async function removeKeys(account: Account): Promise<void> {
  const as = { uid: account.uid, gid: account.gid }
  await runProgram('rm', ['-f', '--', ...keyFiles(account)], { as })
}
