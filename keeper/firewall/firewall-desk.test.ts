import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fromBase64, utf8 } from '../../engines/sshcert/bytes.ts'
import { ed25519Key } from '../../engines/sshcert/public-key.ts'
import { encodeSignature } from '../../engines/sshcert/signature.ts'
import { verifySignature } from '../../engines/sshcert/verify-signature.ts'
import { enrolmentText } from '../access/approver.ts'
import { AT, passkeyPerson, requestText, sshPerson, testDesk } from '../access/testing/people.ts'
import { FirewallDesk } from './firewall-desk.ts'

const [bert, cara] = [sshPerson('bert'), passkeyPerson('cara')]
let house: Awaited<ReturnType<typeof testDesk>>
let desk: FirewallDesk
beforeEach(async () => {
  house = await testDesk()
  await house.desk.enrol(bert.approver, [])
  await house.desk.enrol(cara.approver, [await bert.approve(enrolmentText(cara.approver))])
  desk = await FirewallDesk.open(house.folder, house.desk)
})
afterEach(() => house.close())

const HEX = (digit: string): string => digit.repeat(64)
function changeText(lines: Readonly<Record<string, string | number>> = {}): string {
  const values = {
    id: randomUUID(),
    author: 'anna',
    host: 'gw-1',
    base: HEX('a'),
    rules: HEX('b'),
    difference: HEX('c'),
    probes: '-',
    approvals: 1,
    confirm: 60,
    expires: AT + 3600,
    need: '"Ticket 4711"',
    ...lines,
  }
  const body = Object.entries(values).map(([name, value]) => `${name} ${value}\n`)
  return `bergfried-firewall-change 1\n${body.join('')}`
}
const refusedAs = (kind: string) => ({ code: 'refused', detail: { kind } })

/** The text above the signature, after verifying it with the key for orders. */
function opened(signed: string): string {
  const [, body = '', signature = ''] = /^(.*\n)signature \S+ (\S+)\n$/s.exec(signed) ?? []
  const bytes = fromBase64(signature) ?? new Uint8Array()
  const wrapped = encodeSignature({ algorithm: 'ssh-ed25519', bytes, authenticator: null })
  verifySignature(ed25519Key(house.desk.orders.publicKey), wrapped, utf8(body))
  return body
}

describe('an order to a firewall', () => {
  it('is signed where somebody else signed exactly the text, by SSH key or by passkey', async () => {
    for (const approve of [bert.approve, cara.approve]) {
      const text = changeText()
      const { number, order } = await desk.order(text, [await approve(text)])
      expect(opened(order)).toBe(`bergfried-firewall-order 1\nnumber ${number}\n${text}`)
    }
  })

  it('is refused for another difference, another rule set or another host than the one that was signed', async () => {
    const id = randomUUID()
    const approval = await bert.approve(changeText({ id }))
    for (const other of [{ difference: HEX('d') }, { rules: HEX('d') }, { base: HEX('d') }, { host: 'gw-2' }]) {
      await expect(desk.order(changeText({ id, ...other }), [approval])).rejects.toMatchObject(refusedAs('approval'))
    }
  })

  it.each([
    ['nobody', {}, false, 'few'],
    ['its author', { author: 'bert' }, true, 'own'],
    ['one where two have to', { approvals: 2 }, true, 'few'],
    ['somebody, too late', { expires: AT }, true, 'expired'],
    ['somebody, years ahead', { expires: AT + 365 * 86_400 }, true, 'limit'],
    ['somebody, without a way back in time', { confirm: 3600 }, true, 'limit'],
  ])('is refused where %s signed', async (_who, lines, signs, kind) => {
    const text = changeText(lines)
    const approvals = signs ? [await bert.approve(text)] : []
    await expect(desk.order(text, approvals)).rejects.toMatchObject(refusedAs(kind))
  })

  it.each([
    ['a line more', (text: string) => `${text}x 1\n`],
    ['a digest in capitals', (text: string) => text.replace(HEX('a'), HEX('A'))],
    ['an author with a line end', (text: string) => text.replace('author anna', 'author anna\u2028')],
    ['another head', (text: string) => text.replace('change 1', 'change 2')],
  ])('is refused for a text with %s', async (_what, spoil) => {
    const text = spoil(changeText())
    await expect(desk.order(text, [await bert.approve(text)])).rejects.toMatchObject({ code: 'malformed' })
  })

  it('has a number that only rises, the same for the same text, also after a start', async () => {
    const first = changeText()
    const second = changeText()
    const one = await desk.order(first, [await bert.approve(first)])
    const two = await desk.order(second, [await bert.approve(second)])
    expect(two.number).toBeGreaterThan(one.number)
    const again = await FirewallDesk.open(house.folder, house.desk)
    expect(await again.order(first, [await bert.approve(first)])).toEqual(one)
    const third = changeText()
    expect((await again.order(third, [await bert.approve(third)])).number).toBeGreaterThan(two.number)
  })

  it('is not given for a number that another change has', async () => {
    const id = randomUUID()
    const [one, two] = [changeText({ id }), changeText({ id, rules: HEX('e') })]
    await desk.order(one, [await bert.approve(one)])
    await expect(desk.order(two, [await bert.approve(two)])).rejects.toMatchObject(refusedAs('replay'))
  })

  it('is not given out of a record that is damaged', async () => {
    await writeFile(join(house.folder, 'firewall.state'), '{')
    await expect(FirewallDesk.open(house.folder, house.desk)).rejects.toMatchObject(refusedAs('state'))
  })
})

describe('openings', () => {
  it('are what live grants of kind network name for the host, and nothing else', async () => {
    const grant = async (lines: Readonly<Record<string, string>>): Promise<void> => {
      const text = requestText({ extensions: '-', ...lines })
      await house.desk.grant(text, [await bert.approve(text)])
    }
    const id = randomUUID()
    await grant({ id, kind: 'network', system: 'gw-1', entitlement: 'db-admin', source: '192.0.2.7' })
    await grant({ kind: 'network', system: 'gw-2', source: '192.0.2.8' })
    await grant({ kind: 'host', system: 'gw-1', source: '192.0.2.9' })
    const lines = opened((await desk.openings('gw-1')).openings).split('\n')
    expect(lines.slice(0, 2)).toEqual(['bergfried-firewall-openings 1', 'host gw-1'])
    expect(lines.filter((line) => line.startsWith('open '))).toEqual([`open ${id} db-admin 192.0.2.7 ${AT + 3600}`])
    await house.desk.end(id)
    expect(opened((await desk.openings('gw-1')).openings)).not.toContain('open ')
  })
})
