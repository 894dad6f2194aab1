import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ENTERPRISE, GROUP, group, patch, type ScimStage, scimStage, USER, user } from './testing/scim-stage.ts'

let stage: ScimStage
beforeAll(async () => {
  stage = await scimStage()
})
beforeEach(() => stage.wipe())
afterAll(() => stage.end())

const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error'

describe('what the server tells of itself', () => {
  it('says that it takes PATCH, filters, order and entity tags, and no bulk (RFC 7643, section 5)', async () => {
    const { body } = await stage.send('GET', '/ServiceProviderConfig')
    expect(body).toMatchObject({
      patch: { supported: true },
      bulk: { supported: false },
      filter: { supported: true, maxResults: 200 },
      changePassword: { supported: false },
      sort: { supported: true },
      etag: { supported: true },
    })
    expect(body.authenticationSchemes[0]).toMatchObject({ type: 'oauthbearertoken' })
    const bulk = await stage.send('POST', '/Bulk', { schemas: [], Operations: [] })
    expect(bulk).toMatchObject({ status: 501, body: { schemas: [ERROR], status: '501' } })
  })

  it('names its kinds of resources and their schemas, which fit together', async () => {
    const types = (await stage.send('GET', '/ResourceTypes')).body.Resources
    expect(types.map((type: { name: string }) => type.name)).toEqual(['User', 'Group'])
    expect(types[0]).toMatchObject({
      endpoint: '/Users',
      schema: USER,
      schemaExtensions: [{ schema: ENTERPRISE, required: false }],
    })
    const schemas = (await stage.send('GET', '/Schemas')).body
    expect(schemas.totalResults).toBe(3)
    for (const { id } of schemas.Resources) {
      const one = await stage.send('GET', `/Schemas/${id}`)
      expect(one.body).toEqual(schemas.Resources.find((schema: { id: string }) => schema.id === id))
      for (const attribute of one.body.attributes)
        for (const key of [
          'name',
          'type',
          'multiValued',
          'description',
          'required',
          'caseExact',
          'mutability',
          'returned',
          'uniqueness',
        ])
          expect(attribute, `${id} ${attribute.name}`).toHaveProperty(key)
    }
    expect((await stage.send('GET', '/ResourceTypes/Group')).body).toMatchObject({ schema: GROUP })
    expect((await stage.send('GET', '/Schemas/urn:none')).status).toBe(404)
  })

  it('searches nothing there: a filter is refused with 403, other parameters are passed over (RFC 7644, section 4)', async () => {
    for (const path of ['/ServiceProviderConfig', '/ResourceTypes', '/Schemas', '/Schemas/x', '/ResourceTypes/User']) {
      const refused = await stage.send('GET', `${path}?filter=id pr`)
      expect(refused, path).toMatchObject({ status: 403, body: { schemas: [ERROR], status: '403' } })
    }
    expect((await stage.send('GET', '/Schemas?startIndex=3&count=0')).body.totalResults).toBe(3)
  })

  it('describes every attribute that a resource is told with', async () => {
    const { body: schema } = await stage.send('GET', `/Schemas/${USER}`)
    const names = schema.attributes.map((attribute: { name: string }) => attribute.name)
    const { body } = await stage.send(
      'POST',
      '/Users',
      user('ada', { title: 'T', emails: [{ value: 'x' }], name: { givenName: 'A' } }),
    )
    const told = Object.keys(body).filter((key) => !['schemas', 'id', 'externalId', 'meta'].includes(key))
    expect(names).toEqual(expect.arrayContaining(told))
  })
})

describe('a caller', () => {
  it('needs a token that may keep the register, and hears of it as SCIM says it', async () => {
    const nobody = await stage.http.inject({ url: '/scim/v2/Users' })
    expect(nobody.statusCode).toBe(401)
    expect(nobody.headers['www-authenticate']).toBe('Bearer')
    expect(nobody.headers['content-type']).toContain('application/scim+json')
    expect(nobody.json()).toMatchObject({ schemas: [ERROR], status: '401', code: 'http.unauthenticated' })
  })

  it('hears of an address that is none', async () => {
    for (const [method, path] of [
      ['GET', '/Nothing'],
      ['POST', '/Users/x/y'],
      ['DELETE', '/Schemas'],
      ['PATCH', '/'],
    ] as const)
      expect(await stage.send(method, path, method === 'GET' ? undefined : {}), path).toMatchObject({
        status: 404,
        body: { schemas: [ERROR], status: '404' },
      })
    expect((await stage.send('GET', '/Me')).status).toBe(501)
    expect((await stage.send('GET', `/Users/${randomUUID()}`)).status).toBe(404)
    expect((await stage.send('GET', `/Groups/${randomUUID().toUpperCase()}`)).status).toBe(404)
  })

  it('is answered in its language', async () => {
    const ask = (lang: string) => stage.send('GET', '/Users/x', undefined, { 'accept-language': lang })
    expect((await ask('en')).body.detail).toContain('There is no resource')
    expect((await ask('de')).body.detail).toContain('gibt es nicht')
  })
})

describe('what is told', () => {
  it('is what is asked for, beside what always is (RFC 7644, section 3.9)', async () => {
    const more = {
      title: 'T',
      name: { givenName: 'A', familyName: 'L' },
      [ENTERPRISE]: { department: 'D', division: 'V' },
    }
    const { body } = await stage.send('POST', '/Users?attributes=TITLE', user('ada', more))
    expect(body).toEqual({ schemas: [USER, ENTERPRISE], id: body.id, title: 'T' })
    const only = async (query: string) => (await stage.send('GET', `/Users/${body.id}?${query}`)).body
    expect(await only('attributes=name.givenName,unknown')).toEqual({
      schemas: [USER, ENTERPRISE],
      id: body.id,
      name: { givenName: 'A' },
    })
    expect(await only(`attributes=${ENTERPRISE}:department`)).toMatchObject({ [ENTERPRISE]: { department: 'D' } })
    const without = await only(`excludedAttributes=id,schemas,name.givenName,meta,${ENTERPRISE}`)
    expect(without).toEqual({
      schemas: [USER, ENTERPRISE],
      id: body.id,
      userName: 'ada',
      title: 'T',
      active: true,
      name: { familyName: 'L' },
    })
    const listed = await stage.send('GET', '/Users?attributes=userName')
    expect(listed.body.Resources).toEqual([{ schemas: [USER, ENTERPRISE], id: body.id, userName: 'ada' }])
  })

  it('names extensions in “schemas” only where they are used', async () => {
    expect((await stage.send('POST', '/Users', user('ada'))).body.schemas).toEqual([USER])
  })
})

describe('a body', () => {
  it.each([
    ['no JSON', '{"schemas":', 'invalidSyntax'],
    ['nothing', '', 'invalidSyntax'],
    ['a list', '[]', 'invalidSyntax'],
    ['no schemas', { userName: 'x' }, 'invalidSyntax'],
    ['another schema', { schemas: [GROUP], userName: 'x' }, 'invalidSyntax'],
    ['no user name', { schemas: [USER] }, 'invalidValue'],
    ['an empty user name', user(''), 'invalidValue'],
    ['a user name with spaces around', user(' x '), 'invalidValue'],
    ['an empty external identifier', user('x', { externalId: '' }), 'invalidValue'],
    ['a user name in two cases', { ...user('x'), USERNAME: 'y' }, 'invalidSyntax'],
    [
      'two preferred addresses',
      user('x', {
        emails: [
          { value: 'a', primary: true },
          { value: 'b', primary: true },
        ],
      }),
      'invalidValue',
    ],
    ['text for an object', user('x', { name: 'X' }), 'invalidValue'],
    ['an extension that is none', user('x', { [ENTERPRISE]: 'x' }), 'invalidValue'],
  ])('with %s is refused', async (_what, body, scimType) => {
    const refused = await stage.send('POST', '/Users', body)
    expect(refused).toMatchObject({ status: 400, body: { schemas: [ERROR], status: '400', scimType } })
    expect(stage.told).toEqual([])
  })

  it('is taken with either media type, and null stands for nothing', async () => {
    const { body, status } = await stage.send('POST', '/Users', user('x', { title: null, emails: [], name: {} }), {
      'content-type': 'application/json',
    })
    expect(status).toBe(201)
    expect(Object.keys(body).sort()).toEqual(['active', 'id', 'meta', 'schemas', 'userName'])
    expect((await stage.send('POST', '/Users', 'x', { 'content-type': 'text/html' })).status).toBe(400)
  })

  it('of a group names people who are there, and nobody else', async () => {
    const { body: ada } = await stage.send('POST', '/Users', user('ada'))
    const stranger = { status: 400, body: { scimType: 'invalidValue' } }
    expect(await stage.send('POST', '/Groups', group('G', [randomUUID()]))).toMatchObject(stranger)
    expect(await stage.send('POST', '/Groups', group('G', ["'; drop table"]))).toMatchObject(stranger)
    const { body } = await stage.send('POST', '/Groups', group('G', [ada.id, ada.id]))
    expect(body.members).toEqual([
      { value: ada.id, type: 'User', $ref: expect.stringContaining(`/scim/v2/Users/${ada.id}`) },
    ])
    expect(
      await stage.send(
        'PATCH',
        `/Groups/${body.id}`,
        patch({ op: 'add', path: 'members', value: [{ value: body.id }] }),
      ),
    ).toMatchObject(stranger)
    expect(await stage.send('PUT', `/Groups/${body.id}`, { schemas: [GROUP], displayName: 'H' })).toMatchObject({
      status: 200,
      body: { displayName: 'H' },
    })
    expect((await stage.send('GET', `/Groups/${body.id}`)).body.members).toBeUndefined()
    const [, , , made, changed] = [null, null, ...(await stage.entries())]
    expect([made?.['added'], changed?.['removed'], changed?.['attributes']]).toEqual([
      [ada.id],
      [ada.id],
      ['displayName', 'members'],
    ])
  })
})
