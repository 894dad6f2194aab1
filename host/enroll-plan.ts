import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { problem, type Text } from './errors.ts'
import { FIREWALL_SETTINGS } from './firewall/firewall-agent.ts'
import { firewallLayoutOf } from './firewall/firewall-layout.ts'
import { formatKnownVersion } from './known-version.ts'
import type { Layout } from './layout.ts'
import { findAccount } from './passwd.ts'
import { programFiles } from './program-files.ts'
import { fingerprintOf } from './server-link.ts'
import { parseSettings } from './settings.ts'
import { filesWithMatch, includes, type SshdOptions, sshdConfigText, sshdOptions } from './sshd-config.ts'

/** What whoever enrols a host brings. */
export interface EnrollRequest {
  readonly server: string
  readonly host: string
  /** Certificate of the authority of the server's, PEM; null for a server on loopback. */
  readonly serverAuthority: string | null
  /** Public keys of the keeper, one line each. */
  readonly authority: string
  readonly orders: string
  readonly mode: 'strict' | { readonly graceSeconds: number }
  readonly token: string
  /** Whether approved changes of the firewall are made here. */
  readonly firewall?: boolean
}

/** One thing that is made, changed or removed. */
export interface Change {
  readonly kind: 'file' | 'folder' | 'group' | 'account'
  /** A path, or a name. */
  readonly path: string
  /** As it is; null: not there. A secret and a program are shown by what they are. */
  readonly before: string | null
  /** As it will be; null: removed. */
  readonly after: string | null
  readonly why: Text
  /** What is written, where `after` does not show it. */
  readonly content?: string | { readonly copyOf: string }
  readonly mode?: number
  /** An account whose group it is given to. */
  readonly group?: string
}

export interface Plan {
  readonly changes: readonly Change[]
  /** What whoever carries it out should know before. */
  readonly warnings: readonly Text[]
  readonly options: SshdOptions
}

/** Folders for programs, the first of which that nobody but root may change is taken: sshd runs nothing from elsewhere. */
const LIBRARIES = ['usr/local/lib', 'opt', 'usr/lib']
const NAME = 'bergfried-host'

/**
 * What enrolling would change, by looking alone.
 *
 * @param node the program to run this one with
 * @throws {HostError} `usage`: keys, names; `unsafe`: a host on which it could not work
 */
export function planEnroll(root: string, layout: Layout, request: EnrollRequest, node = process.execPath): Plan {
  checkProc()
  const settings = settingsText(layout, request)
  const library = libraryOf(root)
  const program = join(library, 'bin/node')
  const at = root === '/' ? '' : ` --root ${root}`
  const options = sshdOptions(layout, `${program} ${join(library, 'host/main-principals.mjs')}${at}`)
  const { commandAccount, managedGroup } = layout
  const config = text('The settings of this program', 'Die Einstellungen dieses Programms')
  const fire = text(
    'Approved changes of the firewall are made here while this file is there',
    'Freigegebene Änderungen der Firewall werden hier gemacht, solange diese Datei da ist',
  )
  const code = text('The program, where sshd may run it', 'Das Programm, wo sshd es ausführen darf')
  const state = text(
    'What this host has seen, so that nothing goes back',
    'Was dieser Rechner gesehen hat, damit nichts zurückfällt',
  )
  const changes: Change[] = [
    group(
      managedGroup,
      text('Marks the accounts that this program makes', 'Kennzeichnet Konten, die dieses Programm anlegt'),
    ),
    account(
      commandAccount,
      text('sshd asks as this account, which may do nothing', 'sshd fragt unter diesem Konto, das nichts darf'),
    ),
    folder(dirname(layout.settings), 0o755, config),
    file(layout.settings, settings, 0o644, config),
    { ...file(layout.token, `${request.token}\n`, 0o600, config), ...secret(layout.token, request.token) },
    file(layout.userAuthority, `${request.authority.trim()}\n`, 0o644, config),
    ...(request.serverAuthority === null ? [] : [file(layout.serverAuthority, request.serverAuthority, 0o644, config)]),
    { ...folder(layout.stateFolder, 0o750, state), group: commandAccount },
    ...(existsSync(layout.knownVersion)
      ? []
      : [
          {
            ...file(layout.knownVersion, formatKnownVersion({ list: 0n, krl: 0n }), 0o640, state),
            group: commandAccount,
          },
        ]),
    ...(request.firewall === true
      ? [file(firewallLayoutOf(root, layout).settings, FIREWALL_SETTINGS, 0o644, fire)]
      : []),
    ...programFiles(['main.ts', 'main-principals.ts', 'firewall/main-watchdog.ts']).map((one) =>
      programFile(join(library, one.path), one.content, code),
    ),
    copy(program, node, code),
    ...services(root, layout, `${program} ${join(library, 'host/main.mjs')}${at}`),
    ...sshdFiles(layout, options),
  ]
  return { changes: changes.filter((one) => one.before !== one.after), warnings: warnings(layout), options }
}

export const dropInOf = ({ sshdConfig }: Pick<Layout, 'sshdConfig'>): string =>
  join(dirname(sshdConfig), 'sshd_config.d/10-bergfried.conf')

/** What is put before everything else in sshd's main file, where it does not read the folder by itself. */
export const includeText = (layout: Pick<Layout, 'sshdConfig'>): string =>
  `# Added by bergfried-host.\nInclude ${dirname(dropInOf(layout))}/*.conf\n`

/** The sshd part comes last: until then nothing has changed for anybody. */
function sshdFiles(layout: Layout, options: SshdOptions): readonly Change[] {
  const path = dropInOf(layout)
  const why = text('From here on certificates alone let in', 'Ab hier lassen nur Zertifikate herein')
  const main = readFileSync(layout.sshdConfig, 'utf8')
  const included = text('sshd has to read the file below', 'sshd muss die Datei darunter lesen')
  const add = includes(main, dirname(path))
    ? []
    : [file(layout.sshdConfig, `${includeText(layout)}${main}`, 0o644, included)]
  return [folder(dirname(path), 0o755, why), file(path, sshdConfigText(options), 0o644, why), ...add]
}

function services(root: string, layout: Layout, start: string): readonly Change[] {
  const folderOf = (path: string): string => join(root, path)
  if (!existsSync(folderOf('run/systemd/system'))) return []
  const why = text('So that it runs after each start', 'Damit es nach jedem Start läuft')
  const unit = [
    ...['[Unit]', 'Description=Bergfried: who may sign in here', 'Before=ssh.service sshd.service'],
    ...['After=network.target systemd-tmpfiles-setup.service', '', '[Service]', `ExecStart=${start}`],
    // Nothing that it runs is its own: ending it must not end a useradd halfway.
    ...['Restart=always', 'RestartSec=1', 'KillMode=process', 'OOMScoreAdjust=-900', 'UMask=0077', ''],
    ...['[Install]', 'WantedBy=multi-user.target', ''],
  ].join('\n')
  const { runFolder, logins, seen, commandAccount } = layout
  const folders = [
    `d ${runFolder} 0755 root root -`,
    `d ${logins} 0700 ${commandAccount} ${commandAccount} -`,
    `d ${seen} 0700 root root -`,
    '',
  ].join('\n')
  return [
    file(folderOf(`etc/tmpfiles.d/${NAME}.conf`), folders, 0o644, why),
    file(folderOf(`etc/systemd/system/${NAME}.service`), unit, 0o644, why),
  ]
}

function warnings(layout: Layout): readonly Text[] {
  const found = [
    text(
      'Keys in authorized_keys and passwords no longer let anybody in over SSH. Keep a session open until you have tried a new one.',
      'Schlüssel in authorized_keys und Passwörter lassen über SSH niemanden mehr herein. Lass eine Sitzung offen, bis eine neue gelungen ist.',
    ),
  ]
  for (const path of filesWithMatch(layout, dirname(dropInOf(layout)))) {
    found.push(
      text(
        `${path} has Match: what it says for some is not checked. Read it.`,
        `${path} enthält Match: Was dort für einige gilt, wird nicht geprüft. Lies es.`,
      ),
    )
  }
  return found
}

function settingsText(layout: Layout, request: EnrollRequest): string {
  const { server, host, mode, authority, orders, serverAuthority, token } = request
  const tls = serverAuthority === null ? null : fingerprintOf(serverAuthority)
  if (serverAuthority !== null && tls === null) {
    throw problem('usage', layout.serverAuthority, 'not a certificate', 'kein Zertifikat')
  }
  if (!/^[!-~]{8,900}$/.test(token)) throw problem('usage', layout.token, 'not a token', 'keine Marke')
  const lines = { authority: authority.trim(), orders: orders.trim() }
  const settings = `${JSON.stringify({ format: 'bergfried-host/1', server, host, tls, ...lines, mode }, null, 2)}\n`
  parseSettings(settings, layout.settings)
  return settings
}

/** The account for the command could not see the process that asks. */
function checkProc(): void {
  const line =
    readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .find((one) => one.split(' ')[1] === '/proc') ?? ''
  if (/[ ,]hidepid=(1|2|4|noaccess|invisible|ptraceable)\b/.test(line)) {
    throw problem('unsafe', '/proc', 'is mounted with hidepid', 'ist mit hidepid eingehängt')
  }
}

function libraryOf(root: string): string {
  const found = LIBRARIES.map((name) => join(root, name)).find((path) => existsSync(path) && isRoots(path))
  if (found !== undefined) return join(found, NAME)
  throw problem(
    'unsafe',
    LIBRARIES.map((name) => `/${name}`).join(' '),
    'others than root may change all of them',
    'alle können von anderen als root geändert werden',
  )
}

function isRoots(path: string): boolean {
  const { uid, mode } = statSync(path)
  return uid === 0 && (mode & 0o022) === 0 && (path === '/' || isRoots(dirname(path)))
}

const text = (en: string, de: string): Text => ({ en, de })
const read = (path: string): string | null => (existsSync(path) ? readFileSync(path, 'utf8') : null)
const digest = (content: string | Uint8Array): string => `sha256 ${createHash('sha256').update(content).digest('hex')}`
const digestOf = (path: string): string | null => (existsSync(path) ? digest(readFileSync(path)) : null)

const file = (path: string, after: string, mode: number, why: Text): Change => ({
  kind: 'file',
  path,
  before: read(path),
  after,
  mode,
  why,
  content: after,
})
const folder = (path: string, mode: number, why: Text): Change => ({
  kind: 'folder',
  path,
  before: existsSync(path) ? 'folder' : null,
  after: 'folder',
  mode,
  why,
})
const group = (path: string, why: Text): Change => {
  const there = new RegExp(`^${path}:`, 'm').test(readFileSync('/etc/group', 'utf8'))
  return { kind: 'group', path, before: there ? 'group' : null, after: 'group', why }
}
const account = (path: string, why: Text): Change => ({
  kind: 'account',
  path,
  before: findAccount(path) === null ? null : 'account',
  after: 'account',
  why,
})
const programFile = (path: string, content: string, why: Text): Change => ({
  ...{ kind: 'file', path, before: digestOf(path), after: digest(content), mode: 0o644, why, content },
})
const copy = (path: string, from: string, why: Text): Change => ({
  ...{ kind: 'file', path, before: digestOf(path), after: digestOf(from), mode: 0o755, why, content: { copyOf: from } },
})
function secret(path: string, token: string): Pick<Change, 'before' | 'after'> {
  const before = read(path)
  return {
    before: before === null ? null : before === `${token}\n` ? '(this token)' : '(another token)',
    after: '(this token)',
  }
}
