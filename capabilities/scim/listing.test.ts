import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { group, type ScimStage, scimStage, user } from './testing/scim-stage.ts'

let stage: ScimStage
const ids = new Map<string, string>()
beforeAll(async () => {
  stage = await scimStage()
  for (const [name, title, primary] of [
    ['c', 'x', 'm'],
    ['A', 'Y', 'k'],
    ['b', null, 'L'],
    ['d', 'x', null],
  ] as const) {
    const emails = primary === null ? [] : [{ value: 'z' }, { value: primary, primary: true }]
    const { body } = await stage.send('POST', '/Users', user(name, { title, emails }))
    ids.set(name, body.id)
    stage.clock.advance(1000)
  }
  const { body } = await stage.send('POST', '/Groups', group('Everybody', [...ids.values()]))
  ids.set('Everybody', body.id)
  await stage.send('POST', '/Groups', group('Nobody'))
})
afterAll(() => stage.end())

const list = async (query: string, kind = 'Users') => (await stage.send('GET', `/${kind}?${query}`)).body
const names = async (query: string, kind = 'Users'): Promise<string[]> =>
  (await list(query, kind)).Resources.map(
    (one: { userName?: string; displayName: string }) => one.userName ?? one.displayName,
  )

describe('a list', () => {
  it('comes in the order of creation, in pages that neither lose nor repeat', async () => {
    expect(await names('')).toEqual(['c', 'A', 'b', 'd'])
    expect(await list('startIndex=2&count=2')).toMatchObject({ totalResults: 4, startIndex: 2, itemsPerPage: 2 })
    expect(await names('startIndex=2&count=2')).toEqual(['A', 'b'])
    expect(await names('startIndex=4&count=2')).toEqual(['d'])
    expect(await names('filter=userName pr&startIndex=3&count=1')).toEqual(['b'])
  })

  it('takes numbers as RFC 7644, section 3.4.2.4, says', async () => {
    expect(await names('startIndex=-5&count=1')).toEqual(['c'])
    expect(await list('count=0')).toMatchObject({ totalResults: 4, itemsPerPage: 0, Resources: [] })
    expect(await list('count=-1')).toMatchObject({ totalResults: 4, itemsPerPage: 0 })
    expect(await list('startIndex=9')).toMatchObject({ totalResults: 4, itemsPerPage: 0, startIndex: 9 })
    expect(await list('count=100000')).toMatchObject({ itemsPerPage: 4 })
    for (const query of ['count=x', 'startIndex=1.5', 'count=99999999999999999999', 'sortOrder=up&sortBy=title'])
      expect(await list(query), query).toMatchObject({ status: '400', scimType: 'invalidValue' })
    expect(await list('sortBy=shoeSize')).toMatchObject({ status: '400', scimType: 'invalidPath' })
    expect(await list('count=1&count=2')).toMatchObject({ status: '400' })
  })

  it('is ordered without regard to case, by the preferred value, with those without one last', async () => {
    expect(await names('sortBy=userName')).toEqual(['A', 'b', 'c', 'd'])
    expect(await names('sortBy=userName&sortOrder=descending&count=2')).toEqual(['d', 'c'])
    expect(await names('sortBy=title')).toEqual(['c', 'd', 'A', 'b'])
    expect(await names('sortBy=title&sortOrder=descending')).toEqual(['b', 'A', 'c', 'd'])
    expect(await names('sortBy=emails')).toEqual(['A', 'b', 'c', 'd'])
    expect(await names('sortBy=meta.created&sortOrder=descending&startIndex=2&count=2')).toEqual(['b', 'A'])
  })

  it('is filtered by what is derived as well', async () => {
    expect(await names('filter=meta.created gt "2026-11-01T00:00:00Z"')).toEqual(['A', 'b', 'd'])
    expect(await names('filter=meta.created le "2026-11-01T01:00:01%2B01:00"')).toEqual(['c', 'A'])
    expect(await names(`filter=id eq "${ids.get('b')}"`)).toEqual(['b'])
    expect(await names('filter=id eq "nobody"')).toEqual([])
    expect(await names('filter=groups.display eq "everybody" and title pr')).toEqual(['c', 'A', 'd'])
    expect(await names('filter=title eq "x" or title eq null')).toEqual(['c', 'b', 'd'])
    expect(await list('filter=title eq')).toMatchObject({ status: '400', scimType: 'invalidFilter' })
  })

  it('of groups can be asked for one member, without reading all', async () => {
    const [ada, nobody] = [ids.get('A'), '00000000-0000-4000-8000-000000000000']
    expect(await names(`filter=members eq "${ada}"`, 'Groups')).toEqual(['Everybody'])
    expect(await names(`filter=members[value eq "${ada}"]`, 'Groups')).toEqual(['Everybody'])
    expect(await names(`filter=members.value eq "${nobody}"`, 'Groups')).toEqual([])
    expect(await names(`filter=not (members eq "${ada}")`, 'Groups')).toEqual(['Nobody'])
    expect(await names(`filter=members eq "${ada}" or displayName eq "nobody"`, 'Groups')).toEqual([
      'Everybody',
      'Nobody',
    ])
    for (const filter of [
      'members pr',
      `members ne "${ada}"`,
      'members[value sw "a"]',
      'members[not (value eq "a")]',
      'members.type eq "User"',
    ])
      expect(await list(`filter=${filter}`, 'Groups'), filter).toMatchObject({ scimType: 'invalidFilter' })
  })

  it('can be asked for by POST, with the same answer', async () => {
    const body = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
      filter: 'title pr',
      sortBy: 'userName',
      startIndex: 1,
      count: 2,
      attributes: ['userName'],
    }
    const found = await stage.send('POST', '/Users/.search', body)
    expect(found.status).toBe(200)
    expect(found.body).toEqual(await list('filter=title pr&sortBy=userName&startIndex=1&count=2&attributes=userName'))
    expect(
      (await stage.send('POST', '/Groups/.search', { ...body, filter: 'displayName sw "n"', sortBy: null })).body,
    ).toMatchObject({ totalResults: 1 })
    expect(await stage.send('POST', '/Users/.search', { ...body, count: {} })).toMatchObject({
      status: 400,
      body: { scimType: 'invalidValue' },
    })
    expect(await stage.send('POST', '/Users/.search', { filter: 'title pr' })).toMatchObject({
      status: 400,
      body: { scimType: 'invalidSyntax' },
    })
  })

  it('leaves members out where they are not wanted', async () => {
    const [one] = (await list('filter=displayName eq "everybody"&excludedAttributes=members', 'Groups')).Resources
    expect(one).not.toHaveProperty('members')
    expect((await list('filter=displayName eq "everybody"', 'Groups')).Resources[0].members).toHaveLength(4)
  })
})
