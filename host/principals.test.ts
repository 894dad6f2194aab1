import { readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fingerprint } from '../engines/sshcert/fingerprint.ts'
import { keyObjectSigner } from '../engines/sshcert/key-object-signer.ts'
import { runProgram } from './run-program.ts'
import { AUTHORITY, allowed, krlBytes, type ListChanges, listOf, now, STRANGER } from './testing/keys.ts'
import { TestHost } from './testing/test-host.ts'

describe('sshd with the command for principals', () => {
  let host: TestHost
  let account: string
  beforeAll(async () => {
    if (process.getuid?.() !== 0) return
    host = await TestHost.start()
    account = host.account()
  })
  afterAll(() => host?.[Symbol.asyncDispose]())
  beforeEach(({ skip }) => skip(process.getuid?.() !== 0, 'needs root'))

  const install = async (version: bigint, keyIds: readonly string[], changes: ListChanges = {}): Promise<void> => {
    const entries = keyIds.map((keyId) => allowed(account, keyId))
    writeFileSync(host.layout.allowList, await listOf(version, entries, changes), { mode: 0o644 })
    writeFileSync(host.layout.revoked, krlBytes(version), { mode: 0o644 })
    host.known({ list: version, krl: version })
  }
  const isIn = (serial: bigint, keyId = 'grant-a') => host.isIn(account, keyId, serial)

  /** As sshd runs the command. */
  const answer = async () => {
    const command = join(host.root, 'lib/host/main-principals.mjs')
    const asked = [account, 'grant-a', '1', fingerprint(keyObjectSigner(AUTHORITY).key)]
    const as = { uid: 65_534, gid: 65_534 }
    const { status, stdout } = await runProgram(host.node, [command, '--root', host.root, ...asked], { as })
    return { status, stdout }
  }

  it('lets a certificate in while its key id is on the list, and at once no longer when it is not', async () => {
    await install(1n, ['grant-a'])
    expect(await isIn(1n)).toBe(true)
    expect(await isIn(1n, 'grant-b')).toBe(false)
    await install(2n, ['grant-b'])
    expect(await isIn(1n)).toBe(false)
    expect(await isIn(2n, 'grant-b')).toBe(true)
  })

  it('refuses a list that is too old, and takes it within a grace', async () => {
    await install(3n, ['grant-a'], { issued: now() - 301n })
    expect(await isIn(1n)).toBe(false)
    expect(host.log()).toContain('300 s are the most')
    host.settings('http://127.0.0.1:9', { mode: { graceSeconds: 3600 } })
    expect(await isIn(1n)).toBe(true)
    host.settings('http://127.0.0.1:9')
  })

  it('refuses an older list than one that was seen, one from the future, one of another host, key or authority', async () => {
    await install(4n, ['grant-a'])
    host.known({ list: 5n, krl: 4n })
    expect(await isIn(1n)).toBe(false)
    expect(host.log()).toContain('and 5 was seen')
    for (const changes of [{ issued: now() + 200n }, { host: 'db-2' }, { signer: STRANGER }, { authority: STRANGER }]) {
      await install(6n, ['grant-a'], changes)
      expect(await isIn(1n)).toBe(false)
    }
    await install(6n, ['grant-a'], { authority: AUTHORITY })
    expect(await isIn(1n)).toBe(true)
  })

  it('refuses everybody where a file is missing, cut short, a link or open to others', async () => {
    await install(7n, ['grant-a'])
    const { allowList, knownVersion, settings } = host.layout
    for (const path of [allowList, knownVersion, settings]) {
      const whole = readFileSync(path)
      for (const spoil of [
        () => rmSync(path),
        () => writeFileSync(path, ''),
        () => writeFileSync(path, whole.subarray(0, -2)),
        () => host.must('chmod', ['0666', path]),
        () => host.must('chown', ['nobody', path]),
        () => {
          renameSync(path, `${path}.real`)
          symlinkSync(`${path}.real`, path)
        },
      ]) {
        spoil()
        expect(await answer()).toEqual({ status: 1, stdout: '' })
        rmSync(path, { force: true })
        writeFileSync(path, whole, { mode: 0o644 })
      }
      expect(await answer()).toEqual({ status: 0, stdout: 'role:prod-ssh\n' })
      rmSync(path)
      expect(await isIn(1n)).toBe(false)
      writeFileSync(path, whole, { mode: 0o644 })
    }
  })

  it('refuses everybody where a connection cannot be written down', async () => {
    await install(8n, ['grant-a'])
    renameSync(host.layout.logins, `${host.layout.logins}.away`)
    expect(await isIn(1n)).toBe(false)
    renameSync(`${host.layout.logins}.away`, host.layout.logins)
    expect(await isIn(1n)).toBe(true)
  })

  it('writes down the process of the connection with key id, serial and account', async () => {
    await install(9n, ['grant-a'])
    const client = host.client(account, 'grant-a', 77n, 'echo $PPID; cat')
    const parent = await client.says(/^(\d+)$/m)
    const monitor = /\nPPid:\t(\d+)/.exec(readFileSync(`/proc/${parent}/status`, 'utf8'))?.[1]
    const name = readdirSync(host.layout.logins).find((one) => one.startsWith(`${monitor}-`)) ?? ''
    expect(JSON.parse(readFileSync(join(host.layout.logins, name), 'utf8'))).toEqual({
      ...{ account, keyId: 'grant-a', serial: '77' },
    })
    client.child.stdin?.end()
    expect((await client.ended).status).toBe(0)
  })
})
