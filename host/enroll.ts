import { existsSync, readFileSync } from 'node:fs'
import { chmod, chown, copyFile, mkdir, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type Change, dropInOf, includeText, type Plan } from './enroll-plan.ts'
import { HostError, problem, type Text } from './errors.ts'
import type { Layout } from './layout.ts'
import { findAccount } from './passwd.ts'
import { programOf } from './processes.ts'
import { putInPlace, removeFile, replaceFile, writeBeside } from './replace-file.ts'
import { mustRun, runProgram } from './run-program.ts'
import { checkInForce, checkSshdConfig } from './sshd-config.ts'

/**
 * Carries out a plan, in its order. sshd reads its new file before it is put in place, and is asked afterwards what is in force;
 * where it is not what was planned, sshd's files are put back. May be repeated after a failure.
 *
 * @throws {HostError} `refused`: sshd; `failed`
 */
export async function carryOut(layout: Layout, { changes, options }: Plan): Promise<void> {
  const ofSshd = new Set([dropInOf(layout), layout.sshdConfig])
  for (const change of changes) if (!ofSshd.has(change.path)) await make(change)
  const files = changes.filter(({ path }) => ofSshd.has(path))
  const before = files.map(({ path, before }) => ({ path, before }))
  try {
    for (const change of files) await putSshdFile(layout, change)
    await checkSshdConfig(layout.sshd, layout.sshdConfig)
    await checkInForce(layout, options)
  } catch (error) {
    for (const { path, before: text } of before) await putBack(path, text)
    throw error
  }
}

/** Has a running sshd read its files again, and systemd start the agent. @returns what is left to people */
export async function activate(root: string, layout: Layout): Promise<readonly Text[]> {
  const left: Text[] = [...reloadSshd(layout)]
  if (root === '/' && existsSync('/run/systemd/system')) {
    await mustRun('systemd-tmpfiles', ['--create', '/etc/tmpfiles.d/bergfried-host.conf'])
    await mustRun('systemctl', ['daemon-reload'])
    await mustRun('systemctl', ['enable', 'bergfried-host.service'])
    // Also where an older one runs.
    await mustRun('systemctl', ['restart', 'bergfried-host.service'])
  } else {
    left.push({
      en: 'There is no systemd here: have bin/node host/main.mjs run as root after each start.',
      de: 'Hier läuft kein systemd: bin/node host/main.mjs muss nach jedem Start als root laufen.',
    })
  }
  return left
}

export function reloadSshd({ sshdPidFile }: Pick<Layout, 'sshdPidFile'>): readonly Text[] {
  const pid = existsSync(sshdPidFile) ? Number(readFileSync(sshdPidFile, 'latin1').trim()) : 0
  if (pid > 1 && basename(programOf(pid) ?? '') === 'sshd') {
    process.kill(pid, 'SIGHUP')
    return []
  }
  return [{ en: 'sshd has to be started again.', de: 'sshd muss neu gestartet werden.' }]
}

/** What undoing would change. Accounts that it made, ended or not, and their group stay: end their grants first. */
export function planUndo(root: string, layout: Layout): readonly Change[] {
  const why = { en: 'This host is no longer enrolled', de: 'Dieser Rechner ist nicht mehr angemeldet' }
  const gone = (kind: Change['kind'], path: string): Change => ({ kind, path, before: kind, after: null, why })
  const main = existsSync(layout.sshdConfig) ? readFileSync(layout.sshdConfig, 'utf8') : ''
  const line = includeText(layout)
  const libraries = ['usr/local/lib', 'opt', 'usr/lib'].map((name) => join(root, name, 'bergfried-host'))
  const units = ['etc/systemd/system/bergfried-host.service', 'etc/tmpfiles.d/bergfried-host.conf']
  const paths = [
    ...[dropInOf(layout), ...units.map((path) => join(root, path))].map((path) => gone('file', path)),
    ...[...libraries, dirname(layout.settings), layout.stateFolder, layout.runFolder].map((path) =>
      gone('folder', path),
    ),
  ]
  const account = findAccount(layout.commandAccount)
  return [
    ...(main.startsWith(line)
      ? [{ kind: 'file', path: layout.sshdConfig, before: main, after: main.slice(line.length), why } as const]
      : []),
    ...paths.filter(({ path }) => existsSync(path)),
    ...(root === '/' && account !== null && account.uid > 0 && account.uid < 1000
      ? [gone('account', layout.commandAccount)]
      : []),
  ]
}

/** @throws {HostError} `refused`: sshd would not read what is left; `failed` */
export async function carryOutUndo(layout: Layout, changes: readonly Change[]): Promise<void> {
  const path = dropInOf(layout)
  if (existsSync(path)) {
    await rename(path, `${path}.off`)
    try {
      await checkSshdConfig(layout.sshd, layout.sshdConfig)
    } catch (error) {
      await rename(`${path}.off`, path)
      throw error
    }
    await removeFile(`${path}.off`)
  }
  const isService = existsSync('/run/systemd/system') && changes.some(({ path }) => path.startsWith('/etc/systemd/'))
  if (isService) {
    await runProgram('systemctl', ['disable', '--now', 'bergfried-host.service'])
  }
  for (const { kind, path: what, after } of changes) {
    if (after !== null) await replaceFile(what, after, { mode: 0o644 })
    else if (kind === 'account') await mustRun('userdel', ['--', what])
    else await rm(what, { recursive: true, force: true })
  }
  if (isService) await runProgram('systemctl', ['daemon-reload'])
}

async function make(change: Change): Promise<void> {
  const { kind, path, mode = 0o644 } = change
  if (kind === 'group') await mustRun('groupadd', ['-r', path])
  else if (kind === 'account') {
    await mustRun('useradd', ['-r', '-M', '-U', '-d', '/nonexistent', '-s', '/usr/sbin/nologin', '-p', '*', '--', path])
  } else if (kind === 'folder') {
    await mkdir(path, { recursive: true, mode })
    await chmod(path, mode)
    await chown(path, 0, gidOf(change))
  } else {
    await mkdir(dirname(path), { recursive: true, mode: 0o755 })
    await write(change)
  }
}

async function write(change: Change): Promise<void> {
  const { path, content, mode = 0o644 } = change
  if (content === undefined) throw new Error('nothing to write')
  if (typeof content === 'string') return replaceFile(path, content, { mode, gid: gidOf(change) })
  // A running program cannot be written over, but replaced.
  await copyFile(content.copyOf, `${path}.new`)
  await chmod(`${path}.new`, mode)
  await chown(`${path}.new`, 0, 0)
  await putInPlace(`${path}.new`, path)
}

/** A line for each change, and below it what was and what will be; what is long and not for reading only by its digest. */
export function showChange({ kind, path, before, after, why }: Change, lang: 'en' | 'de'): string {
  const lines = (text: string | null, sign: string): readonly string[] =>
    text === null || text === kind
      ? []
      : text
          .trimEnd()
          .split('\n')
          .map((line) => `    ${sign} ${line}`)
  const sign = before === null ? '+' : after === null ? '-' : '~'
  return [`${sign} ${kind} ${path}  (${why[lang]})`, ...lines(before, '-'), ...lines(after, '+')].join('\n')
}

function gidOf({ group }: Change): number {
  if (group === undefined) return 0
  const gid = findAccount(group)?.gid
  if (gid === undefined) throw problem('failed', group, 'no such account', 'kein solches Konto')
  return gid
}

async function putSshdFile(layout: Layout, change: Change): Promise<void> {
  const { path, content } = change
  if (change.kind !== 'file' || typeof content !== 'string') return make(change)
  const fresh = await writeBeside(path, content, { mode: change.mode ?? 0o644 })
  try {
    if (path === layout.sshdConfig) await checkSshdConfig(layout.sshd, fresh)
    else {
      // As sshd will read it: first, and the rest after it.
      const whole = `${path}.whole`
      await replaceFile(whole, `${content}${await readFile(layout.sshdConfig, 'utf8')}`, { mode: 0o600 })
      try {
        await checkSshdConfig(layout.sshd, whole)
      } finally {
        await removeFile(whole)
      }
    }
  } catch (error) {
    await removeFile(fresh)
    if (error instanceof HostError) throw error
    throw problem('failed', path, 'could not be checked', 'ließ sich nicht prüfen', { cause: error })
  }
  await putInPlace(fresh, path)
}

async function putBack(path: string, text: string | null): Promise<void> {
  if (text === null) await removeFile(path)
  else await replaceFile(path, text, { mode: 0o644 })
}
