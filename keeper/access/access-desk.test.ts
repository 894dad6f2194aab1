import { execFileSync } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openAllowList } from '../../engines/sshcert/allow-list.ts'
import { parseCertificate } from '../../engines/sshcert/certificate.ts'
import { isRevoked } from '../../engines/sshcert/krl.ts'
import { ed25519Key } from '../../engines/sshcert/public-key.ts'
import { readRevocationList } from '../../engines/sshcert/read-krl.ts'
import type { Approval } from './approval.ts'
import { enrolmentText } from './approver.ts'
import { certify, keyIdOf } from './certify.ts'
import { hostOrders } from './host-orders.ts'
import { AT, passkeyPerson, requestText, sshPerson, testDesk } from './testing/people.ts'

const [bert, cara, anna] = [sshPerson('bert'), passkeyPerson('cara'), sshPerson('anna')]
let house: Awaited<ReturnType<typeof testDesk>>
beforeEach(async () => {
  house = await testDesk()
  await house.desk.enrol(bert.approver, [])
  await house.desk.enrol(cara.approver, [await bert.approve(enrolmentText(cara.approver))])
})
afterEach(() => house.close())

const refusedAs = (kind: string) => ({ code: 'refused', detail: { kind } })
const grant = async (text: string, ...approvals: readonly Approval[]) => house.desk.grant(text, approvals)
const sshRequest = (lines: Parameters<typeof requestText>[0] = {}) => requestText({ key: anna.fingerprint, ...lines })

describe('who may approve', () => {
  it('is whom somebody signed for who may approve already; the first alone comes as it is', async () => {
    const dora = sshPerson('dora')
    await expect(house.desk.enrol(dora.approver, [])).rejects.toMatchObject(refusedAs('enrolment'))
    const own = await dora.approve(enrolmentText(dora.approver))
    await expect(house.desk.enrol(dora.approver, [own])).rejects.toMatchObject(refusedAs('approval'))
    const forOther = await bert.approve(enrolmentText(anna.approver))
    await expect(house.desk.enrol(dora.approver, [forOther])).rejects.toMatchObject(refusedAs('approval'))
    await house.desk.enrol(dora.approver, [await cara.approve(enrolmentText(dora.approver))])
    expect(house.desk.approvers.map((a) => a.person)).toEqual(['bert', 'cara', 'dora'])
  })

  it('is nobody again once all were removed: then nobody can be let in but by hand', async () => {
    await house.desk.remove('bert', null)
    await house.desk.remove('cara', null)
    await expect(house.desk.enrol(anna.approver, [])).rejects.toMatchObject(refusedAs('enrolment'))
    await expect((await house.open()).enrol(anna.approver, [])).rejects.toMatchObject(refusedAs('enrolment'))
  })
})

type Case = readonly [
  by: string,
  approvals: (text: string) => Promise<readonly Approval[]>,
  kind: string,
  lines?: Readonly<Record<string, string | number>>,
]

describe('a grant', () => {
  it('begins with the signature of somebody else, by SSH key or by passkey', async () => {
    for (const approve of [bert.approve, cara.approve]) {
      const text = requestText()
      expect(await grant(text, await approve(text))).toMatchObject({ from: AT, until: AT + 3600, ended: null })
    }
  })

  it.each(
    (
      [
        ['nobody', async () => [], 'few'],
        [
          'the receiver, though enrolled',
          async (text: string) => [await bert.approve(text)],
          'own',
          { receiver: 'bert' },
        ],
        [
          'the requester, though enrolled',
          async (text: string) => [await bert.approve(text)],
          'own',
          { requester: 'bert' },
        ],
        ['one where two have to', async (text: string) => [await bert.approve(text)], 'few', { approvals: 2 }],
        [
          'one twice where two have to',
          async (text: string) => [await bert.approve(text), await bert.approve(text)],
          'few',
          { approvals: 2 },
        ],
        ['somebody unknown', async (text: string) => [await sshPerson('eve').approve(text)], 'approval'],
        [
          'somebody who says to be another',
          async (text: string) => [{ ...(await sshPerson('eve').approve(text)), person: 'bert' }],
          'approval',
        ],
        ['a signature for another purpose', async (text: string) => [await bert.approve(text, 'git')], 'approval'],
        ['a signature of another text', async () => [await bert.approve(requestText())], 'approval'],
        [
          'a passkey on another page',
          async (text: string) => [await cara.approve(text, { origin: 'https://evil.example' })],
          'approval',
        ],
        [
          'a passkey under another name',
          async (text: string) => [await cara.approve(text, { rpId: 'evil.example' })],
          'approval',
        ],
        ['a passkey without its person', async (text: string) => [await cara.approve(text, { flags: 1 })], 'approval'],
        [
          'a passkey that was being made',
          async (text: string) => [await cara.approve(text, { type: 'webauthn.create' })],
          'approval',
        ],
        [
          'a good one beside a forged one',
          async (text: string) => [await bert.approve(text), await sshPerson('eve').approve(text)],
          'approval',
        ],
      ] satisfies readonly Case[] as readonly Case[]
    ).map(([by, approvals, kind, lines]) => ({ by, approvals, kind, lines })),
  )('does not begin by $by', async ({ approvals, kind, lines = {} }) => {
    const text = requestText(lines)
    await expect(grant(text, ...(await approvals(text)))).rejects.toMatchObject(refusedAs(kind))
    expect(house.desk.live).toEqual([])
  })

  it('begins with two where two have to', async () => {
    const text = requestText({ approvals: 2 })
    await grant(text, await bert.approve(text), await cara.approve(text))
    expect(house.desk.live).toHaveLength(1)
  })

  it('is one grant, however often its request comes, and never again after its end', async () => {
    const text = requestText()
    const approval = await bert.approve(text)
    const first = await grant(text, approval)
    expect(await grant(text, approval)).toEqual(first)
    await house.desk.end(first.id)
    await expect(grant(text, approval)).rejects.toMatchObject(refusedAs('over'))
    await expect((await house.open()).grant(text, [approval])).rejects.toMatchObject(refusedAs('over'))
    house.clock.at += 86_400 * 3
    await expect((await house.open()).grant(text, [approval])).rejects.toMatchObject(refusedAs('over'))
    // Its record goes once the request itself is too old.
    const other = requestText({ expires: house.clock.at + 100 })
    await grant(other, await bert.approve(other))
    await expect((await house.open()).grant(text, [approval])).rejects.toMatchObject(refusedAs('expired'))
  })

  it('is not another under the number of one that was there', async () => {
    const text = requestText()
    const { id } = await grant(text, await bert.approve(text))
    const other = requestText({ id, account: 'root' })
    await expect(grant(other, await bert.approve(other))).rejects.toMatchObject(refusedAs('replay'))
  })

  it.each([
    ['after its time', { expires: AT }, 'expired'],
    ['waiting for too long', { expires: AT + 8 * 86_400 }, 'limit'],
    ['for too long', { seconds: 31 * 86_400 }, 'limit'],
    ['with what no certificate may have', { extensions: 'permit-X11-forwarding' }, 'limit'],
  ] as const)('does not begin %s', async (_, lines, kind) => {
    const text = requestText(lines)
    await expect(grant(text, await bert.approve(text))).rejects.toMatchObject(refusedAs(kind))
  })

  it.each([
    ['another order', requestText().replace(/(id .*\n)(requester .*\n)/, '$2$1')],
    ['a line more', `${requestText()}more x\n`],
    ['an account that is an option', requestText({ account: '-oProxyCommand' })],
    ['no end of line', requestText().slice(0, -1)],
    ['a number with a zero before it', requestText({ seconds: '03600' })],
    ['another spelling of the need', requestText({ need: '"Ticket \\u0034711"' })],
    ['a need that turns the reading', requestText({ need: '"a\u0007b"' })],
  ])('does not begin with %s', async (_, text) => {
    await expect(grant(text, await bert.approve(text))).rejects.toMatchObject({ code: 'malformed' })
  })
})

describe('a certificate', () => {
  const opened = async (lines: Parameters<typeof requestText>[0] = {}) => {
    const text = sshRequest(lines)
    return grant(text, await bert.approve(text))
  }

  it('says what was granted and nothing else, as ssh-keygen reads it', async () => {
    const { id } = await opened({ source: '10.0.0.0/8,::1/128' })
    const { certificate } = await certify(house.desk, id, anna.line)
    await writeFile(join(house.folder, 'x-cert.pub'), `${certificate}\n`)
    const told = execFileSync('ssh-keygen', ['-L', '-f', join(house.folder, 'x-cert.pub')], { encoding: 'utf8' })
    await rm(join(house.folder, 'x-cert.pub'))
    expect(told).toContain(`Key ID: "grant:${id}"`)
    expect(told).toMatch(/Serial: 1\n/)
    expect(told).toMatch(/Principals: \n +bf:web-shell\n +Critical Options: \n +source-address 10.0.0.0\/8,::1\/128\n/)
    expect(told).toMatch(/Extensions: \n +permit-pty\n/)
  })

  it('is for the key of the request, while the grant lasts, and never longer than it', async () => {
    const { id, until } = await opened()
    await expect(certify(house.desk, id, bert.line)).rejects.toMatchObject(refusedAs('key'))
    house.clock.at = until - 10
    expect((await certify(house.desk, id, anna.line)).validBefore).toBe(until)
    house.clock.at = until
    await expect(certify(house.desk, id, anna.line)).rejects.toMatchObject(refusedAs('over'))
  })

  it('is not there once the grant was ended, though the clock goes back', async () => {
    const { id } = await opened()
    await house.desk.end(id)
    house.clock.at -= 5000
    await expect(certify(house.desk, id, anna.line)).rejects.toMatchObject(refusedAs('over'))
  })

  it('has a number that no other has, across restarts', async () => {
    const { id } = await opened()
    const serials = new Set<number>()
    for (let i = 0; i < 3; i++) {
      const desk = await house.open()
      for (let j = 0; j < 50; j++) serials.add((await certify(desk, id, anna.line)).serial)
    }
    expect(serials.size).toBe(150)
  })
})

describe('orders for a host', () => {
  it('name its live grants alone, and revoke those that have ended', async () => {
    const mine = sshRequest()
    const other = sshRequest({ system: 'web-2' })
    const [one, two] = [await grant(mine, await bert.approve(mine)), await grant(other, await bert.approve(other))]
    const { certificate } = await certify(house.desk, one.id, anna.line)
    const key = ed25519Key(house.desk.orders.publicKey)
    const before = await hostOrders(house.desk, 'web-1')
    expect(openAllowList(before.allowList, [key]).entries.map((e) => e.keyId)).toEqual([keyIdOf(one.id)])
    await house.desk.end(one.id)
    const after = await hostOrders(house.desk, 'web-1')
    expect(after.version).toBeGreaterThan(before.version)
    expect(openAllowList(after.allowList, [key]).entries).toEqual([])
    const krl = readRevocationList(new Uint8Array(Buffer.from(after.krl, 'base64')))
    expect(isRevoked(krl, parseCertificate(certificate).certificate)).toBe('key id')
    expect(openAllowList((await hostOrders(house.desk, 'web-2')).allowList, [key]).entries).toHaveLength(1)
    expect(two.ended).toBeNull()
  })

  it('are never numbered as before, across restarts', async () => {
    const first = await hostOrders(house.desk, 'web-1')
    expect((await hostOrders(await house.open(), 'web-1')).version).toBeGreaterThan(first.version)
  })
})

it('keys without their record are not used', async () => {
  await rm(join(house.folder, 'access.state'))
  await expect(house.open()).rejects.toMatchObject(refusedAs('state'))
  await writeFile(join(house.folder, 'access.state'), '{"v":"1"')
  await expect(house.open()).rejects.toMatchObject(refusedAs('state'))
})
