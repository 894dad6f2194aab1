import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { AccessView, GrantView } from '../capabilities/access/contract.ts'
import { utf8 } from '../engines/sshcert/bytes.ts'
import { enrolmentText } from '../keeper/access/approver.ts'
import { passkeyPerson, sshPerson } from '../keeper/access/testing/people.ts'
import { accessHouse, entitlement, MadeUpSystem } from './testing/access-house.ts'

const [anna, bert, cara] = ['anna@example.com', 'bert@example.com', 'cara@example.com']
const [system, other] = [new MadeUpSystem(), new MadeUpSystem()]
const bertKey = sshPerson(bert)
const caraKey = passkeyPerson(cara)

let house: Awaited<ReturnType<typeof accessHouse>>
beforeAll(async () => {
  const actors = new Map([
    ['db-1', system],
    ['db-2', other],
  ])
  house = await accessHouse(
    [
      entitlement('db-read'),
      entitlement('db-two', { approvals: 2, system: 'db-2' }),
      entitlement('closed', { approvers: [cara] }),
      entitlement('nobody', { system: 'db-3', kind: 'postgres', level: 'read' }),
    ],
    actors,
  )
  await house.person(anna, 'member')
  await house.person(bert, 'approver')
  await house.person(cara, 'owner')
  await house.access.keeper.enrol(bertKey.approver, [])
  await house.call(bert, 'POST', '/api/me/ssh-keys', { line: bertKey.line, label: 'work' })
  await house.access.keeper.enrol(caraKey.approver, [await bertKey.approve(enrolmentText(caraKey.approver))])
})
afterAll(() => house.close())
beforeEach(() => {
  for (const one of [system, other]) Object.assign(one, { lies: false, down: false, attempts: 0 })
})

const ask = async (name = 'db-read', body: object = {}, person = anna) =>
  house.call(person, 'POST', '/api/access/requests', { entitlement: name, seconds: 3600, need: 'Ticket 4711', ...body })
const asked = async (name?: string): Promise<{ id: string; text: string }> => {
  const { status, body } = await ask(name)
  expect(status).toBe(201)
  return body
}
const approveAs = async (key: ReturnType<typeof passkeyPerson>, { id, text }: { id: string; text: string }) =>
  house.call(key.person, 'POST', `/api/access/requests/${id}/approve`, { passkey: (await key.approve(text)).passkey })
const view = async (person = anna): Promise<AccessView> => (await house.call(person, 'GET', '/api/access')).body
const granted = async (name?: string): Promise<string> => {
  const request = await asked(name)
  expect((await approveAs(caraKey, request)).body).toEqual({ begun: true })
  await vi.waitFor(async () => expect((await view()).grants.find((g) => g.id === request.id)?.appliedAt).not.toBeNull())
  return request.id
}
const ended = (id: string, state: string) =>
  vi.waitFor(
    async () => {
      house.advance(2)
      const grant = (await view(cara)).ended.find((g) => g.id === id)
      expect(grant?.step?.state).toBe(state)
      return grant as GrantView
    },
    { timeout: 10_000, interval: 100 },
  )

describe('access', () => {
  it('is asked for, approved by somebody else, made on the system, ended, and proven gone', async () => {
    const id = await granted()
    expect(system.there.has(id)).toBe(true)
    expect((await house.call(anna, 'POST', `/api/access/grants/${id}/end`)).status).toBe(202)
    const grant = await ended(id, 'verified-gone')
    expect(system.there.has(id)).toBe(false)
    expect(grant).toMatchObject({ endReason: 'early', endedBy: anna, step: { probe: 'refused', trigger: 'early' } })
    const bodies = await house.db
      .stage('bf_publish')
      .query<{ kind: string; body: string }>(
        `select kind, body from evidence.entry where kind in ('access', 'revocation') and body like $1 order by position`,
        [`%${id}%`],
      )
    expect(
      bodies.map(({ kind, body }) => (JSON.parse(body) as { event?: string; state?: string }).event ?? kind),
    ).toEqual(['requested', 'approved', 'opened', 'applied', 'ended', 'revocation'])
    for (const { body } of bodies) expect(body).not.toContain('example.com')
  })

  it('ends by itself when its time is over', async () => {
    const id = await granted()
    house.advance(3601)
    house.access.wake()
    expect(await ended(id, 'verified-gone')).toMatchObject({ endReason: 'time' })
  })

  it('is not approved by whoever asked or gets it, nor by somebody without the role, nor without a signature', async () => {
    const own = (await ask('db-read', {}, cara)).body as { id: string; text: string }
    expect(await approveAs(caraKey, own)).toMatchObject({ status: 403, body: { code: 'access.not_yours' } })
    const request = await asked()
    expect((await house.call(anna, 'POST', `/api/access/requests/${request.id}/approve`, {})).status).toBe(403)
    const { passkey } = await caraKey.approve('another text')
    const forged = await house.call(cara, 'POST', `/api/access/requests/${request.id}/approve`, { passkey })
    expect(forged).toMatchObject({ body: { code: 'keeper.refused' } })
    expect((await view()).grants.some((g) => g.id === request.id)).toBe(false)
  })

  it('is approved by those alone whom the entitlement names', async () => {
    const request = await asked('closed')
    expect((await view(bert)).waiting.some((r) => r.id === request.id)).toBe(false)
    expect((await view(cara)).waiting.some((r) => r.id === request.id)).toBe(true)
  })

  it('needs two where two have to, and the second one begins it', async () => {
    const request = await asked('db-two')
    expect((await approveAs(caraKey, request)).body).toEqual({ begun: false })
    expect((await view()).grants.some((g) => g.id === request.id)).toBe(false)
    const { ssh } = await bertKey.approve(request.text)
    expect((await signed(bertKey, 'approve', { id: request.id, ssh })).body).toEqual({ begun: true })
    await vi.waitFor(() => expect(other.there.has(request.id)).toBe(true))
    await house.call(cara, 'POST', `/api/access/grants/${request.id}/end`)
    await ended(request.id, 'verified-gone')
  })

  it('that was refused or withdrawn cannot be approved any more', async () => {
    const [one, two] = [await asked(), await asked()]
    expect((await house.call(cara, 'POST', `/api/access/requests/${one.id}/refuse`, { note: 'no' })).status).toBe(204)
    expect((await house.call(anna, 'POST', `/api/access/requests/${two.id}/withdraw`)).status).toBe(204)
    for (const request of [one, two]) {
      expect(await approveAs(caraKey, request)).toMatchObject({ status: 409, body: { code: 'access.decided' } })
    }
  })

  it('is not asked for longer than it may last, nor for what there is not, nor without what it needs', async () => {
    expect(await ask('db-read', { seconds: 36_001 })).toMatchObject({ status: 409, body: { code: 'access.too_long' } })
    expect(await ask('else')).toMatchObject({ status: 404, body: { code: 'access.unknown' } })
    expect(await ask('nobody')).toMatchObject({ status: 409, body: { code: 'access.credential' } })
    expect((await ask('db-read', { need: '' })).status).toBe(400)
    expect((await ask('db-read', {}, 'eve@example.com')).status).toBe(401)
  })

  it('that somebody wrote into the tables by hand opens nothing at the keeper', async () => {
    const { id } = await asked()
    const stage = house.db.stage('bf_access')
    await stage.query(
      `insert into access."grant" (id, person, entitlement, system, kind, level, account, from_at, until)
       select id, receiver, entitlement, system, 'host', 'shell', 'root', $2, $3 from access.request where id = $1`,
      [id, house.clock.now(), new Date(house.clock.now().getTime() + 3_600_000)],
    )
    await expect(house.access.keeper.certify(id, bertKey.line)).rejects.toMatchObject({ code: 'keeper.refused' })
    await house.call(cara, 'POST', `/api/access/grants/${id}/end`)
  })
})

describe('a revocation', () => {
  it('is not believed where the system says that it did and did not', async () => {
    const id = await granted()
    system.lies = true
    await house.call(cara, 'POST', `/api/access/grants/${id}/end`)
    const grant = await ended(id, 'failed')
    expect(grant.step?.reason).toContain('a login was let in')
    system.lies = false
    await ended(id, 'verified-gone')
    expect(system.attempts).toBeGreaterThan(1)
  })

  it('goes on where other systems are down, and is repeated there until it is done', async () => {
    const [one, two] = [await granted(), await asked('db-two')]
    await approveAs(caraKey, two)
    await signed(bertKey, 'approve', { id: two.id, ssh: (await bertKey.approve(two.text)).ssh })
    await vi.waitFor(() => expect(other.there.has(two.id)).toBe(true))
    other.down = true
    const { body } = await house.call(bert, 'POST', '/api/access/locks', {
      kind: 'person',
      target: anna,
      reason: 'left today',
      left: true,
    })
    expect((body as { cases: string[] }).cases).toHaveLength(1)
    await ended(one, 'verified-gone')
    await ended(two.id, 'failed')
    house.advance(301)
    house.access.wake()
    await vi.waitFor(() => expect(house.problems).toContainEqual(expect.objectContaining({ code: 'access.half' })))
    other.down = false
    await ended(two.id, 'verified-gone')
    expect(await ask()).toMatchObject({ status: 403, body: { code: 'access.locked' } })
    const lifted = await house.call(cara, 'POST', '/api/access/locks/lift', { kind: 'person', target: anna })
    expect(lifted.status).toBe(204)
    expect((await ask()).status).toBe(201)
  })
})

describe('somebody who is not to be here any more', () => {
  it('loses everything when the account is locked', async () => {
    const id = await granted()
    await house.db
      .stage('bf_identity')
      .query('update identity.person set locked_at = $2 where login = $1', [anna, house.clock.now()])
    expect(await ended(id, 'verified-gone')).toMatchObject({ endReason: 'lock', endedBy: 'bergfried' })
    await house.db.stage('bf_identity').query('update identity.person set locked_at = null where login = $1', [anna])
  })

  it('loses everything when the register says so, and gets nothing new', async () => {
    const id = await granted()
    const owner = house.db.stage('bf_owner')
    await owner.query(
      `insert into desk.system (name, kind, added_at) values ('register', 'register', $1) on conflict do nothing`,
      [house.clock.now()],
    )
    await owner.query(
      `insert into fact.person (system_id, valid_from, digest, person, display_name, email, status)
       select id, $1, gen_random_uuid(), 'p-1', 'Anna', 'Anna@example.com', 'left' from desk.system where name = 'register'`,
      [house.clock.now()],
    )
    expect(await ended(id, 'verified-gone')).toMatchObject({ endReason: 'left' })
    expect(await ask()).toMatchObject({ status: 403, body: { code: 'access.locked' } })
    await owner.query('delete from fact.person')
    await house.call(cara, 'POST', '/api/access/locks/lift', { kind: 'person', target: anna })
  })
})

/** A call of the command line. */
async function signed(
  key: ReturnType<typeof sshPerson>,
  call: string,
  body: object,
  more: { origin?: string; at?: Date; namespace?: string; text?: string } = {},
) {
  const text =
    more.text ??
    `bergfried-call 1\norigin ${more.origin ?? 'http://localhost:7400'}\nperson ${key.person}\nat ${(more.at ?? house.clock.now()).toISOString()}\nnonce ${randomBytes(16).toString('hex')}\ncall ${call}\nbody ${JSON.stringify(body)}\n`
  if (utf8(text).length > 40_000) throw new Error('too long')
  const { ssh } = await key.approve(text, more.namespace ?? 'call@bergfried')
  return { ...(await house.call(null, 'POST', '/api/signed', { text, signature: ssh })), text }
}

describe('a signed call', () => {
  it('is answered for whoever signed it, once', async () => {
    const first = await signed(bertKey, 'access', {})
    expect(first).toMatchObject({ status: 200, body: { me: bert } })
    const again = await signed(bertKey, 'access', {}, { text: first.text })
    expect(again).toMatchObject({ status: 401, body: { code: 'access.signature' } })
  })

  it.each([
    ['for another server', { origin: 'https://evil.example' }],
    ['from two minutes ago', { at: new Date(0) }],
    ['signed as an approval', { namespace: 'approval@bergfried' }],
  ])('%s counts nothing', async (_, more) => {
    expect(await signed(bertKey, 'access', {}, more)).toMatchObject({ status: 401, body: { code: 'access.signature' } })
  })

  it('by a key of nobody, or of somebody else, counts nothing', async () => {
    const eve = sshPerson(bert)
    expect((await signed(eve, 'access', {})).status).toBe(401)
    expect((await signed({ ...bertKey, person: cara }, 'access', {})).status).toBe(401)
  })

  it('does nothing that is not on the list', async () => {
    for (const call of ['constructor', '__proto__', 'nothing'])
      expect((await signed(bertKey, call, {})).status).toBe(404)
    expect((await signed(bertKey, 'end', { id: randomUUID() })).status).toBe(404)
    expect((await signed(bertKey, 'end', { id: 'x' })).status).toBe(400)
  })
})
