import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { differenceDigest } from '../capabilities/firewall/change/change-text.ts'
import type { ChangeView } from '../capabilities/firewall/contract.ts'
import { firewallFacts } from '../capabilities/firewall/hosts/facts.ts'
import { startFirewall } from '../capabilities/firewall/start-firewall.ts'
import { nftDigest } from '../engines/packetspace/canonical-nft.ts'
import { sameMeaning } from '../engines/packetspace/same-meaning.ts'
import { enrolmentText } from '../keeper/access/approver.ts'
import { passkeyPerson, sshPerson } from '../keeper/access/testing/people.ts'
import { FirewallDesk } from '../keeper/firewall/firewall-desk.ts'
import type { NftRules } from '../kernel/act/firewall-desk.ts'
import { translating } from './keeper/translate.ts'
import { accessHouse } from './testing/access-house.ts'

const [anna, bert, cara] = ['anna@example.com', 'bert@example.com', 'cara@example.com']
const [bertKey, caraKey] = [passkeyPerson(bert), sshPerson(cara)]

/** A rule set that lets these ports in, as nft would list it. */
function rules(ports: readonly number[], counted: readonly number[] = [], handle = 10): NftRules {
  const chain = {
    family: 'inet',
    table: 'fw',
    name: 'in',
    handle: 1,
    type: 'filter',
    hook: 'input',
    prio: 0,
    policy: 'drop',
  }
  const rule = (port: number, i: number) => ({
    rule: {
      ...{ family: 'inet', table: 'fw', chain: 'in', handle: handle + i },
      expr: [
        { match: { op: '==', left: { payload: { protocol: 'tcp', field: 'dport' } }, right: port } },
        { counter: { packets: counted[i] ?? 0, bytes: 0 } },
        { accept: null },
      ],
    },
  })
  const json = { nftables: [{ table: { family: 'inet', name: 'fw', handle: 1 } }, { chain }, ...ports.map(rule)] }
  const lines = ports.map((port, i) => `\t\ttcp dport ${port} counter packets ${counted[i] ?? 0} bytes 0 accept`)
  const text = `table inet fw {\n\tchain in {\n\t\ttype filter hook input priority filter; policy drop;\n${lines.join('\n')}\n\t}\n}\n`
  return { json, text, digest: nftDigest(json, text) }
}
/** Stands for a kernel: a text that this file has written is what it says. */
const portsOf = (text: string): readonly number[] => [...text.matchAll(/dport (\d+)/g)].map(([, port]) => Number(port))

let house: Awaited<ReturnType<typeof accessHouse>>
let token: string
let connects = true
beforeAll(async () => {
  house = await accessHouse([], new Map())
  const keeper = await FirewallDesk.open(house.desk.folder, house.desk.desk)
  const desk = startFirewall({
    keeper: {
      order: (change, approvals) => translating(() => keeper.order(change, approvals)),
      openings: (host) => keeper.openings(host),
    },
    rehearse: async (text) => rules(portsOf(text)),
    rehearseAgain: async (text) => rules(portsOf(text)),
    connects: async () => connects,
    sameMeaning,
    onMoved: () => undefined,
  })
  Object.assign(house.deps, { firewall: desk })
  await house.person(anna, 'approver')
  await house.person(bert, 'approver')
  await house.person(cara, 'owner')
  await house.access.keeper.enrol(caraKey.approver, [])
  await house.access.keeper.enrol(bertKey.approver, [await caraKey.approve(enrolmentText(bertKey.approver))])
  token = 'token-of-gw-1'
  await house.db
    .stage('bf_access')
    .query(`insert into access.host (name, digest, enrolled_by, enrolled_at) values ('gw-1', $1, 'x', $2)`, [
      createHash('sha256').update(token).digest(),
      house.clock.now(),
    ])
})
afterAll(() => house.close())

const asHost = (method: 'GET' | 'POST', url: string, body?: object) =>
  house.call(null, method, url, body, { authorization: `Bearer ${token}` })
const report = (live: NftRules | null, more: object = {}) =>
  asHost('POST', '/api/hosts/self/firewall', {
    live: live && { digest: live.digest, text: live.text, json: JSON.stringify(live.json), boot: 'b1' },
    ...{ events: [], seen: [], open: [], problems: [], ...more },
  })
const proposed = async (ports: readonly number[], more: object = {}): Promise<{ id: string; text: string }> => {
  const wish = { host: 'gw-1', rules: rules(ports).text, need: 'Ticket 4711', ...more }
  const { status, body } = await house.call(anna, 'POST', '/api/firewall/changes', wish)
  expect(status, JSON.stringify(body)).toBe(201)
  return body
}
const approve = async ({ id, text }: { id: string; text: string }, key = bertKey) =>
  house.call(key.person, 'POST', `/api/firewall/changes/${id}/approve`, { passkey: (await key.approve(text)).passkey })
const change = async (id: string): Promise<ChangeView> =>
  (await house.call(anna, 'GET', `/api/firewall/changes/${id}`)).body
const apply = (id: string) => house.call(anna, 'POST', `/api/firewall/changes/${id}/apply`)
const orderOf = async (): Promise<{ order: string; rules: string }> => {
  const { body } = await asHost('GET', '/api/hosts/self/firewall?change=0&openings=0')
  return (body as { change: { order: string; rules: string } }).change
}
const numberOf = (order: string): number => Number(/^number (\d+)$/m.exec(order)?.[1])
const event = (id: string, number: number, state: string, live: NftRules, more: object = {}) => ({
  ...{ id, number, state, at: house.clock.now().toISOString(), digest: live.digest, asApproved: null, why: null },
  ...{ probes: [], purged: null, ...more },
})

describe('a change of a firewall', () => {
  it('goes from its proposal to its confirmation, each step by whoever may, each with an entry', async () => {
    const [before, after] = [rules([22, 23]), rules([22])]
    expect((await report(before)).status).toBe(204)
    const made = await proposed([22])
    expect((await change(made.id)).shown.hooks[0]).toMatchObject({ family: 'ip4', hook: 'input', opened: [] })
    const shown = await change(made.id)
    const digest = (opened: readonly string[]) =>
      differenceDigest(shown.base, shown.rules, shown.host, {
        ...shown.shown,
        hooks: shown.shown.hooks.map((hook) => ({ ...hook, opened: [...opened] })),
      })
    expect(made.text).toContain(`\ndifference ${digest([])}\n`)
    expect(made.text).not.toContain(digest(['tcp dport 1']))
    expect((await apply(made.id)).status).toBe(409)
    expect((await approve(made)).body).toEqual({ ready: true })
    expect(await orderOf()).toBeNull()
    expect((await apply(made.id)).status).toBe(202)
    const { order, rules: text } = await orderOf()
    expect(text).toBe(after.text)
    expect(order).toContain(made.text)
    const number = numberOf(order)
    await report(after, { events: [event(made.id, number, 'applied', after)] })
    const applied = await change(made.id)
    expect(Date.parse(applied.deadline ?? '')).toBe(house.clock.now().getTime() + 60_000)
    await report(null, { events: [event(made.id, number, 'confirmed', after, { asApproved: 'equal', purged: 2 })] })
    expect(await change(made.id)).toMatchObject({
      state: 'confirmed',
      events: [{}, { asApproved: 'equal', purged: 2 }],
    })
    const entries = await house.db
      .stage('bf_publish')
      .query<{ body: string }>(`select body from evidence.entry where kind = 'firewall' order by position`)
    const told = entries.map(({ body }) => (JSON.parse(body) as { event: string }).event)
    expect(told).toEqual(['seen', 'proposed', 'approved', 'sent', 'seen', 'applied', 'confirmed'])
    expect(entries.map(({ body }) => body).join()).not.toContain(anna)
  })

  it('is approved by nobody who proposed it, and by no signature over another text', async () => {
    const made = await proposed([80])
    const own = await house.call(anna, 'POST', `/api/firewall/changes/${made.id}/approve`, {
      passkey: (await passkeyPerson(anna).approve(made.text)).passkey,
    })
    expect(own).toMatchObject({ status: 403, body: { code: 'firewall.own' } })
    const other = await approve({ ...made, text: made.text.replace('confirm 60', 'confirm 61') })
    expect(other.body).toMatchObject({ code: 'keeper.refused' })
    expect((await change(made.id)).state).toBe('proposed')
  })

  it('waits for all who have to approve', async () => {
    const made = await proposed([81], { approvals: 2 })
    expect((await approve(made)).body).toEqual({ ready: false })
    expect((await approve(made)).body).toMatchObject({ ready: false })
    expect((await change(made.id)).state).toBe('proposed')
  })

  it('is refused where the rules are others by now, and where they would do the same', async () => {
    const made = await proposed([82])
    await report(rules([22, 99]))
    expect((await approve(made)).body).toMatchObject({ code: 'firewall.stale' })
    const same = await house.call(anna, 'POST', '/api/firewall/changes', {
      host: 'gw-1',
      rules: rules([22, 99]).text,
      need: 'x',
    })
    expect(same.body).toMatchObject({ code: 'firewall.nothing' })
  })

  it('is confirmed to its host alone, with every probe as it must be, tried from here too', async () => {
    const made = await proposed([83], {
      probes: [{ from: 'server', address: '192.0.2.1', port: 443, must: 'connect' }],
    })
    await approve(made)
    await apply(made.id)
    const number = numberOf((await orderOf()).order)
    const ask = (probes: readonly object[] = [], at = number) =>
      asHost('POST', '/api/hosts/self/firewall/confirm', { id: made.id, number: at, probes })
    expect((await ask()).status).toBe(204)
    connects = false
    expect((await ask()).status).toBe(409)
    connects = true
    expect((await ask([{ from: 'host', address: '192.0.2.1', port: 1, must: 'fail', held: false }])).status).toBe(409)
    expect((await ask([], number + 1)).status).toBe(409)
    const other = await proposed([84])
    await approve(other)
    expect((await apply(other.id)).body).toMatchObject({ code: 'firewall.busy' })
    const live = rules([22, 99])
    await report(null, { events: [event(made.id, number, 'rolled_back', live, { why: { de: 'zurück', en: 'back' } })] })
    expect(await change(made.id)).toMatchObject({ state: 'rolled_back' })
    await report(null, { events: [event(made.id, number, 'confirmed', live)] })
    expect((await change(made.id)).state).toBe('rolled_back')
  })
})

describe('what a host says', () => {
  it('counts for nobody without its token, nor with a digest that is not that of its rules', async () => {
    const live = rules([1])
    expect((await report({ ...live, digest: 'a'.repeat(64) })).body).toMatchObject({ code: 'http.invalid' })
    token = 'another'
    expect((await report(live)).status).toBe(401)
    token = 'token-of-gw-1'
  })

  it('shows who changed the rules beside the product, and gives it to the checks', async () => {
    house.advance(60)
    const at = house.clock.now().toISOString()
    const lines = ['add rule inet fw in tcp dport 31337 accept']
    await report(rules([22, 31_337]), { seen: [{ generation: 9, pid: 4711, process: 'nft', uid: 0, at, lines }] })
    const [row] = (await firewallFacts(house.deps)).get('controlled_firewall') ?? []
    expect(row).toMatchObject({
      host: 'gw-1',
      meaning: 'different',
      changedBy: `nft 4711, uid 0, ${at}`,
      rules: 2,
      ownerless: 2,
    })
    await report(rules([22]))
    const [back] = (await firewallFacts(house.deps)).get('controlled_firewall') ?? []
    expect(back).toMatchObject({ meaning: 'equal', changedBy: null })
  })

  it('counts a rule over one window only while it is the same object whose counter does not go back', async () => {
    const since = async () => {
      const [row] = await house.db
        .stage('bf_network')
        .query<{ since: Date; packets: number }>(
          `select since, packets from firewall.counted order by until desc, packets limit 1`,
        )
      return row
    }
    await report(rules([700], [5], 40))
    const first = await since()
    house.advance(3600)
    await report(rules([700], [9], 40))
    expect(await since()).toEqual({ since: first?.since, packets: 9 })
    house.advance(3600)
    await report(rules([700], [2], 40))
    const reset = await since()
    expect(reset?.since.getTime()).toBe(house.clock.now().getTime())
    house.advance(3600)
    await report(rules([700], [3], 41))
    expect((await since())?.since.getTime()).toBe(house.clock.now().getTime())
  })
})
