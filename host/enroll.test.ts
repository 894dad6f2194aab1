import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { carryOut, carryOutUndo, planUndo, showChange } from './enroll.ts'
import { dropInOf, type EnrollRequest, planEnroll } from './enroll-plan.ts'
import { type Layout, layoutOf } from './layout.ts'
import { prove } from './prove.ts'
import { prepareFolders } from './run-folders.ts'
import { runProgram } from './run-program.ts'
import { readSettings } from './settings.ts'
import { AUTHORITY, allowed, HOST, krlBytes, listOf, ORDERS, privateFile, publicLine } from './testing/keys.ts'

describe('enrolling a host', () => {
  let root: string
  let layout: Layout
  beforeEach(({ skip }) => {
    skip(process.getuid?.() !== 0, 'needs root')
    root = mkdtempSync('/run/bergfried-host-test-')
    // Both are there already, so that no account of this machine is made.
    layout = { ...layoutOf(root), commandAccount: 'nobody', managedGroup: 'games' }
    chmodSync(root, 0o755)
    for (const name of ['etc/ssh/sshd_config.d', 'usr/local/lib', 'var/lib', 'run/systemd/system']) {
      mkdirSync(join(root, name), { recursive: true, mode: 0o755 })
    }
    writeFileSync(join(root, 'hostkey'), privateFile(HOST), { mode: 0o600 })
    main(`# stock\n\nInclude ${root}/etc/ssh/sshd_config.d/*.conf\nUsePAM yes\n`)
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  const main = (text: string): void => writeFileSync(layout.sshdConfig, `${text}HostKey ${root}/hostkey\n`)
  const request = (changes: Partial<EnrollRequest> = {}): EnrollRequest => ({
    ...{ server: 'http://127.0.0.1:7000', host: 'db-1', serverAuthority: null, mode: 'strict', token: 'a-token-of-8' },
    ...{ authority: publicLine(AUTHORITY), orders: publicLine(ORDERS), ...changes },
  })
  const plan = (changes: Partial<EnrollRequest> = {}) => planEnroll(root, layout, request(changes))
  const everything = (): readonly string[] =>
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((one) => one.isFile())
      .map((one) => {
        const path = join(one.parentPath, one.name)
        return `${path} ${(statSync(path).mode & 0o777).toString(8)} ${readFileSync(path).length}`
      })
      .sort()

  it('changes nothing by planning, and says of each change what was, what will be and why', () => {
    const before = everything()
    const { changes, warnings } = plan()
    expect(everything()).toEqual(before)
    for (const change of changes) {
      expect([change.why.en !== '', change.why.de !== '', change.before === change.after]).toEqual([true, true, false])
    }
    expect(warnings[0]?.de).toContain('Lass eine Sitzung offen')
    const shown = changes.map((change) => showChange(change, 'en')).join('\n')
    expect(shown).toContain('+ AuthorizedKeysFile none')
    expect(shown).not.toContain('a-token-of-8')
  })

  it('makes exactly what was planned, and has nothing more to do then', async () => {
    const first = plan()
    const before = everything()
    await carryOut(layout, first)
    const added = everything().filter((line) => !before.includes(line))
    const planned = first.changes.filter(({ kind }) => kind === 'file').map(({ path }) => path)
    expect(added.map((line) => line.split(' ')[0])).toEqual([...planned].sort())
    expect(plan().changes).toEqual([])
    expect(statSync(layout.token).mode & 0o777).toBe(0o600)
    expect(readSettings(layout.settings)).toMatchObject({ host: 'db-1', graceSeconds: 0n })
    expect(readFileSync(layout.knownVersion, 'utf8')).toBe('list 0\nkrl 0\n')
  })

  it('sets up a command that sshd may run and that answers from the list', async () => {
    await carryOut(layout, plan())
    prepareFolders(layout)
    const chmod = { mode: 0o644 }
    writeFileSync(layout.allowList, await listOf(1n, [allowed('root', 'a')]), chmod)
    writeFileSync(layout.revoked, krlBytes(1n, { keyIds: ['b'] }))
    writeFileSync(layout.knownVersion, 'list 1\nkrl 1\n')
    const tried = (keyId: string) => prove(layout, readSettings(layout.settings), { keyId, account: 'root' }, [])
    expect(await tried('a')).toMatchObject({ answer: 'principals', krl: 'not revoked' })
    expect(await tried('b')).toMatchObject({ answer: 'nothing', krl: 'revoked' })
    // The agent is whole too: it loads, and says what it misses.
    const agent = join(root, 'usr/local/lib/bergfried-host/host/main.mjs')
    const started = await runProgram(join(root, 'usr/local/lib/bergfried-host/bin/node'), [agent, '--root', '/missing'])
    expect([started.status, started.stderr]).toEqual([
      3,
      expect.stringContaining('/missing/etc/bergfried-host/host.json'),
    ])
    // What sshd asks of the program: root's alone, up to the top.
    const program = join(root, 'usr/local/lib/bergfried-host/bin/node')
    for (let path = program; path !== '/'; path = dirname(path)) {
      expect([path, statSync(path).uid, statSync(path).mode & 0o022]).toEqual([path, 0, 0])
    }
  })

  it('keeps what the host has seen when it is enrolled again', async () => {
    await carryOut(layout, plan())
    writeFileSync(layout.knownVersion, 'list 9\nkrl 9\n')
    const again = plan({ token: 'another-token', mode: { graceSeconds: 60 } })
    expect(again.changes.map(({ path }) => path).sort()).toEqual([layout.settings, layout.token].sort())
    await carryOut(layout, again)
    expect(readFileSync(layout.knownVersion, 'utf8')).toBe('list 9\nkrl 9\n')
  })

  it('has the main file of sshd read the folder where it does not, before everything else', async () => {
    main('Port 22\nMatch User x\n  AuthorizedKeysFile y\nMatch all\n')
    const before = readFileSync(layout.sshdConfig, 'utf8')
    const made = plan()
    expect(made.warnings.map(({ en }) => en).join()).toContain('has Match')
    await carryOut(layout, made)
    expect((await runProgram(layout.sshd, ['-t', '-f', layout.sshdConfig])).status).toBe(0)
    await carryOutUndo(
      layout,
      planUndo(root, layout).filter(({ kind }) => kind !== 'account'),
    )
    expect(readFileSync(layout.sshdConfig, 'utf8')).toBe(before)
  })

  it('puts the files of sshd back where another file says otherwise before', async () => {
    writeFileSync(join(root, 'etc/ssh/sshd_config.d/00-first.conf'), 'PasswordAuthentication yes\n')
    await expect(carryOut(layout, plan())).rejects.toMatchObject({
      code: 'refused',
      detail: { what: 'PasswordAuthentication' },
    })
    expect(existsSync(dropInOf(layout))).toBe(false)
  })

  it('puts nothing in place that sshd does not read', async () => {
    main('Nonsense yes\n')
    const before = readFileSync(layout.sshdConfig, 'utf8')
    await expect(carryOut(layout, plan())).rejects.toMatchObject({ code: 'refused' })
    expect([existsSync(dropInOf(layout)), readFileSync(layout.sshdConfig, 'utf8')]).toEqual([false, before])
    expect(readdirSync(dirname(dropInOf(layout)))).toEqual([])
  })

  it('undoes everything', async () => {
    const before = everything()
    await carryOut(layout, plan())
    const changes = planUndo(root, layout)
    expect(changes.every(({ after }) => after === null)).toBe(true)
    await carryOutUndo(layout, changes)
    expect(everything()).toEqual(before)
    expect(planUndo(root, layout)).toEqual([])
  })

  it('refuses keys that are none, one key for both, a server without TLS, a token that is none', () => {
    for (const changes of [
      ...[{ authority: 'ssh-ed25519 AAAA' }, { orders: publicLine(AUTHORITY) }, { server: 'http://example.com' }],
      ...[{ server: 'https://example.com' }, { server: 'http://127.0.0.1/x' }, { token: 'a b' }, { host: '../x' }],
    ]) {
      expect(() => plan(changes), JSON.stringify(changes)).toThrow(expect.objectContaining({ code: 'usage' }))
    }
  })
})
