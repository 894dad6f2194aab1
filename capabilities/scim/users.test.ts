import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { BergfriedError } from '../../kernel/errors.ts'
import { patch, type ScimStage, scimStage, user } from './testing/scim-stage.ts'

let stage: ScimStage
beforeAll(async () => {
  stage = await scimStage()
})
beforeEach(() => stage.wipe())
afterAll(() => stage.end())

describe('a person', () => {
  it('is created, told with address and version, and read back the same', async () => {
    const made = await stage.send('POST', '/Users', user('ada@example.com', { externalId: 'e-1' }))
    expect(made.status).toBe(201)
    expect(made.headers['content-type']).toBe('application/scim+json; charset=utf-8')
    expect(made.headers['location']).toBe(made.body.meta.location)
    expect(made.headers['etag']).toBe(made.body.meta.version)
    expect(made.body).toMatchObject({
      userName: 'ada@example.com',
      externalId: 'e-1',
      active: true,
      meta: { resourceType: 'User', created: '2026-11-01T00:00:00.000Z', lastModified: '2026-11-01T00:00:00.000Z' },
    })
    const read = await stage.send('GET', `/Users/${made.body.id}`)
    expect(read.body).toEqual(made.body)
    expect(stage.defects).toEqual([])
  })

  it('is settled into the register before the answer leaves', async () => {
    let settled = false
    stage.desk.onChange = async () => {
      await new Promise((resolve) => setTimeout(resolve, 20))
      settled = true
    }
    const { body } = await stage.send('POST', '/Users', user('ada', { displayName: 'Ada L.' }))
    expect(settled).toBe(true)
    for (const leave of [
      () => stage.send('PATCH', `/Users/${body.id}`, patch({ op: 'replace', path: 'active', value: false })),
      () => stage.send('DELETE', `/Users/${body.id}`),
    ]) {
      settled = false
      await leave()
      expect(settled).toBe(true)
    }
    expect(stage.told.map((change) => change.active)).toEqual([true, false, false])
    expect(stage.told[0]).toEqual({
      userName: 'ada',
      externalId: null,
      displayName: 'Ada L.',
      email: null,
      active: true,
    })
  })

  it('is stored only where the register took it', async () => {
    stage.desk.onChange = async () => {
      throw new BergfriedError('register.invalid', {
        file: 'person',
        line: 1,
        reason: 'the email address appears twice',
      })
    }
    const refused = await stage.send('POST', '/Users', user('ada'))
    expect(refused).toMatchObject({ status: 400, body: { scimType: 'invalidValue', code: 'register.invalid' } })
    expect(refused.headers['content-type']).toContain('application/scim+json')
    stage.desk.onChange = null
    expect((await stage.send('GET', '/Users')).body.totalResults).toBe(0)
    const { body } = await stage.send('POST', '/Users', user('ada'))
    stage.desk.onChange = async () => {
      throw new Error('secret inside')
    }
    const failed = await stage.send('DELETE', `/Users/${body.id}`)
    expect(failed).toMatchObject({ status: 500, body: { status: '500', code: 'http.defect' } })
    expect(JSON.stringify(failed.body)).not.toContain('secret')
    expect(stage.defects.splice(0)).toHaveLength(1)
    expect(await stage.send('GET', `/Users/${body.id}`)).toMatchObject({ status: 200, body: { active: true } })
  })

  it('who is deactivated again is told to the register again, and makes no second entry', async () => {
    const { body } = await stage.send('POST', '/Users', user('ada'))
    const off = patch({ op: 'replace', path: 'active', value: false })
    const first = await stage.send('PATCH', `/Users/${body.id}`, off)
    const second = await stage.send('PATCH', `/Users/${body.id}`, off)
    expect(second.body).toEqual(first.body)
    expect(stage.told.map((change) => change.active)).toEqual([true, false, false])
    expect(await stage.entries()).toHaveLength(2)
  })

  it('is not brought back by a PUT that says nothing of it', async () => {
    const { body } = await stage.send('POST', '/Users', user('ada', { active: false, title: 'x' }))
    const put = await stage.send('PUT', `/Users/${body.id}`, user('ada'))
    expect(put.body).toMatchObject({ active: false })
    expect(put.body.title).toBeUndefined()
    expect((await stage.send('PUT', `/Users/${body.id}`, user('ada', { active: true }))).body.active).toBe(true)
  })

  it('under another identifier is another person, and the one before has left', async () => {
    const { body } = await stage.send('POST', '/Users', user('ada', { emails: [{ value: 'ada@example.com' }] }))
    stage.told.length = 0
    await stage.send('PATCH', `/Users/${body.id}`, patch({ op: 'replace', path: 'userName', value: 'ada.l' }))
    expect(stage.told).toEqual([
      { userName: 'ada', externalId: null, displayName: 'ada', email: 'ada@example.com', active: false },
      { userName: 'ada.l', externalId: null, displayName: 'ada.l', email: 'ada@example.com', active: true },
    ])
    await stage.send('PATCH', `/Users/${body.id}`, patch({ op: 'add', path: 'externalId', value: 'ada.l' }))
    stage.told.length = 0
    await stage.send('PATCH', `/Users/${body.id}`, patch({ op: 'replace', path: 'userName', value: 'ada.b' }))
    expect(stage.told.map((change) => [change.userName, change.active])).toEqual([['ada.b', true]])
  })

  it('is there once: neither a user name in other case nor one that is somebody else’s identifier', async () => {
    await stage.send('POST', '/Users', user('Ada@Example.com'))
    const twice = { status: 409, body: { status: '409', scimType: 'uniqueness' } }
    expect(await stage.send('POST', '/Users', user('ada@example.COM'))).toMatchObject(twice)
    expect(await stage.send('POST', '/Users', user('eve', { externalId: 'ada@example.com' }))).toMatchObject(twice)
    const { body } = await stage.send('POST', '/Users', user('eve'))
    expect(await stage.send('PUT', `/Users/${body.id}`, user('ADA@example.com'))).toMatchObject(twice)
    const stolen = patch({ op: 'replace', value: { userName: 'ada@example.com' } })
    expect(await stage.send('PATCH', `/Users/${body.id}`, stolen)).toMatchObject(twice)
    expect((await stage.send('GET', `/Users/${body.id}`)).body.userName).toBe('eve')
    expect(stage.told.map((change) => change.userName)).toEqual(['Ada@Example.com', 'eve'])
  })

  it('who is deleted is gone from everything, and the name is free', async () => {
    const { body } = await stage.send('POST', '/Users', user('ada'))
    expect(await stage.send('DELETE', `/Users/${body.id}`)).toMatchObject({ status: 204, body: null })
    for (const method of ['GET', 'DELETE'] as const)
      expect(await stage.send(method, `/Users/${body.id}`)).toMatchObject({ status: 404, body: { status: '404' } })
    expect((await stage.send('PUT', `/Users/${body.id}`, user('ada'))).status).toBe(404)
    expect((await stage.send('GET', '/Users?filter=userName eq "ada"')).body.totalResults).toBe(0)
    const again = await stage.send('POST', '/Users', user('ada'))
    expect(again.status).toBe(201)
    expect(again.body.id).not.toBe(body.id)
  })

  it('is told without what nobody may know: a password is kept nowhere', async () => {
    const { body } = await stage.send(
      'POST',
      '/Users',
      user('ada', { password: 't0p-Secret', id: 'mine', roles: ['x'] }),
    )
    expect(body.id).not.toBe('mine')
    const rows = await stage.db.stage('bf_owner').query('select * from scim.scim_user')
    expect(JSON.stringify([body, rows, await stage.entries()])).not.toMatch(/t0p-Secret|roles/)
  })
})

describe('every change', () => {
  it('is in the evidence, in the same transaction, with people sealed', async () => {
    const { body } = await stage.send('POST', '/Users', user('ada@example.com', { displayName: 'Ada Lovelace' }))
    await stage.send('PATCH', `/Users/${body.id}`, patch({ op: 'add', path: 'title', value: 'Countess' }))
    await stage.send('PATCH', `/Users/${body.id}`, patch({ op: 'replace', path: 'active', value: 'False' }))
    await stage.send('PATCH', `/Users/${body.id}`, patch({ op: 'replace', path: 'active', value: 'True' }))
    await stage.send('DELETE', `/Users/${body.id}`)
    const entries = await stage.entries()
    expect(entries.map((entry) => [entry['event'], entry['attributes'], entry['active']])).toEqual([
      ['user_created', ['active', 'displayName', 'userName'], true],
      ['user_changed', ['title'], true],
      ['user_deactivated', ['active'], false],
      ['user_reactivated', ['active'], true],
      ['user_deleted', [], false],
    ])
    expect(JSON.stringify(entries)).not.toMatch(/ada|Ada|Lovelace|Countess|provider/)
    expect(await stage.open(entries[0]?.['who'])).toMatchObject({ userName: 'ada@example.com' })
    expect(await stage.open(entries[0]?.['by'])).toEqual({ by: 'provider' })
  })

  it('is refused where nobody takes people in, while reading goes on', async () => {
    const alone = await scimStage({ connected: false })
    expect(await alone.send('POST', '/Users', user('ada'))).toMatchObject({ status: 503, body: { status: '503' } })
    expect((await alone.send('GET', '/Users')).status).toBe(200)
    await alone.end()
  })
})
