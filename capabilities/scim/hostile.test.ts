import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { group, patch, type ScimStage, scimStage, USER, user } from './testing/scim-stage.ts'

let stage: ScimStage
beforeAll(async () => {
  stage = await scimStage()
})
beforeEach(() => stage.wipe())
afterAll(() => stage.end())

const id = async (name: string): Promise<string> => (await stage.send('POST', '/Users', user(name))).body.id
const deep = (levels: number, open: string, close: string) => `${open.repeat(levels)}1${close.repeat(levels)}`

describe('a hostile body', () => {
  it.each([
    ['lists in lists', `{"schemas":["${USER}"],"userName":"x","emails":${deep(17, '[', ']')}}`],
    ['objects in objects', `{"schemas":["${USER}"],"userName":"x","name":${deep(17, '{"a":', '}')}}`],
    ['far deeper', deep(400_000, '[', ']')],
    ['a prototype', `{"schemas":["${USER}"],"userName":"x","__proto__":{"active":true}}`],
    ['a prototype further in', `{"schemas":["${USER}"],"userName":"x","name":{"constructor":{"prototype":{}}}}`],
  ])('with %s is refused', async (_what, body) => {
    expect(await stage.send('POST', '/Users', body)).toMatchObject({ status: 400, body: { scimType: 'invalidSyntax' } })
    expect(({} as Record<string, unknown>)['active']).toBeUndefined()
    expect(stage.told).toEqual([])
  })

  it('of more than 1 MiB is refused with 413', async () => {
    const large = user('x', { title: 'x'.repeat(1024 * 1024) })
    expect(await stage.send('POST', '/Users', large)).toMatchObject({ status: 413, body: { status: '413' } })
  })

  it('names prototypes in paths, filters and lists of attributes in vain', async () => {
    const ada = await id('ada')
    for (const name of [
      '__proto__',
      'constructor',
      'toString',
      'hasOwnProperty',
      'constructor.prototype',
      '__proto__.active',
    ]) {
      const operation = { op: 'replace', path: name, value: 'x' }
      expect((await stage.send('PATCH', `/Users/${ada}`, patch(operation))).body.scimType, name).toBe('invalidPath')
      expect((await stage.send('GET', `/Users?filter=${name} eq "x"`)).body.scimType, name).toBe('invalidFilter')
      expect((await stage.send('GET', `/Users?sortBy=${name}`)).body.scimType, name).toBe('invalidPath')
      expect(Object.keys((await stage.send('GET', `/Users/${ada}?attributes=${name}`)).body)).toEqual(['schemas', 'id'])
    }
    const silent = patch({ op: 'add', value: { toString: 'x', valueOf: 'y', hasOwnProperty: 'z' } })
    expect(await stage.send('PATCH', `/Users/${ada}`, silent)).toMatchObject({ status: 200, body: { userName: 'ada' } })
    expect(await stage.entries()).toHaveLength(1)
  })

  it('with the largest patch that is taken stays quick', async () => {
    const ada = await id('ada')
    const many = Array.from({ length: 1000 }, (_, n) => ({
      op: 'replace',
      path: `emails[type eq "work" and value eq "${n}"].value`,
      value: `${n + 1}`,
    }))
    const all = patch({ op: 'add', path: 'emails', value: [{ type: 'work', value: '1' }] }, ...many.slice(1))
    expect(await stage.send('PATCH', `/Users/${ada}`, all)).toMatchObject({
      status: 200,
      body: { emails: [{ value: '1000' }] },
    })
  })
})

describe('a hostile query', () => {
  it('with a filter too long, too deep or too wide is refused before anything is read', async () => {
    for (const filter of [
      `userName eq "${'x'.repeat(4000)}"`,
      `${'not ('.repeat(40)}title pr${')'.repeat(40)}`,
      Array.from({ length: 101 }, () => 'title pr').join(' or '),
    ])
      expect((await stage.send('GET', `/Users?filter=${encodeURIComponent(filter)}`)).body).toMatchObject({
        status: '400',
        scimType: 'invalidFilter',
      })
    const huge = await stage.send('GET', `/Users?filter=${'x'.repeat(9000)}`)
    expect(huge).toMatchObject({ status: 400, body: { status: '400' } })
  })

  it('that carries SQL finds what has that name and nothing else', async () => {
    const name = `x' or 1=1; --`
    await id('ada')
    expect(
      (await stage.send('GET', `/Users?filter=${encodeURIComponent(`userName eq "${name}"`)}`)).body.totalResults,
    ).toBe(0)
    await id(name)
    expect(
      (await stage.send('GET', `/Users?filter=${encodeURIComponent(`userName eq "${name}"`)}`)).body.totalResults,
    ).toBe(1)
    expect((await stage.send('GET', `/Users/${encodeURIComponent(name)}`)).status).toBe(404)
  })

  it('whose wildcard characters stand for themselves', async () => {
    await id('ada')
    expect((await stage.send('GET', `/Users?filter=userName co "%25" or userName sw "_"`)).body.totalResults).toBe(0)
  })
})

describe('two changes at once', () => {
  const title = (value: string) => patch({ op: 'replace', path: 'title', value })

  it('of the same version: one is done, the other is told that it came too late', async () => {
    const made = await stage.send('POST', '/Users', user('ada'))
    const tag = { 'if-match': made.body.meta.version as string }
    const both = await Promise.all(
      ['a', 'b'].map((one) => stage.send('PATCH', `/Users/${made.body.id}`, title(one), tag)),
    )
    expect(both.map((answer) => answer.status).sort()).toEqual([200, 412])
    const done = both.find((answer) => answer.status === 200)
    const now = await stage.send('GET', `/Users/${made.body.id}`)
    expect(now.body.title).toBe(done?.body.title)
    expect(both.find((answer) => answer.status === 412)?.body).toMatchObject({ status: '412' })
    expect(await stage.entries()).toHaveLength(2)
    const late = (method: 'PUT' | 'DELETE') =>
      stage.send(method, `/Users/${made.body.id}`, method === 'PUT' ? user('ada') : undefined, tag)
    expect([(await late('PUT')).status, (await late('DELETE')).status]).toEqual([412, 412])
    const fresh = { 'if-match': `"x", ${now.headers['etag']}` }
    expect((await stage.send('PATCH', `/Users/${made.body.id}`, title('c'), fresh)).status).toBe(200)
    expect((await stage.send('DELETE', `/Users/${made.body.id}`, undefined, { 'if-match': '*' })).status).toBe(204)
  })

  it('of a group: no member is lost', async () => {
    const users = await Promise.all(Array.from({ length: 20 }, (_, n) => id(`u${n}`)))
    const { body } = await stage.send('POST', '/Groups', group('G'))
    const tag = { 'if-match': body.meta.version as string }
    await Promise.all(
      users.map((value) =>
        stage.send('PATCH', `/Groups/${body.id}`, patch({ op: 'add', path: 'members', value: [{ value }] })),
      ),
    )
    const now = await stage.send('GET', `/Groups/${body.id}`)
    expect(now.body.members.map((one: { value: string }) => one.value).sort()).toEqual([...users].sort())
    expect((await stage.send('PUT', `/Groups/${body.id}`, group('H'), tag)).status).toBe(412)
    expect((await stage.send('DELETE', `/Groups/${body.id}`, undefined, tag)).status).toBe(412)
  })

  it('of one name: one is taken, the other is a conflict', async () => {
    const both = await Promise.all([1, 2].map(() => stage.send('POST', '/Users', user('ada'))))
    expect(both.map((answer) => answer.status).sort()).toEqual([201, 409])
  })

  it('tell the register one after another, which may use the same connections, in the order in which they are stored', async () => {
    const people = await Promise.all(['a', 'b', 'c'].map(id))
    let inside = 0
    stage.desk.onChange = async () => {
      inside += 1
      expect(inside).toBe(1)
      await stage.db.stage('bf_desk').query('select')
      await new Promise((resolve) => setTimeout(resolve, 5))
      inside -= 1
    }
    stage.told.length = 0
    const wishes = [false, true, false].flatMap((active) => people.map((one) => ({ one, active })))
    const answers = await Promise.all(
      wishes.map(({ one, active }) =>
        stage.send('PATCH', `/Users/${one}`, patch({ op: 'replace', value: { active } })),
      ),
    )
    expect(answers.map((answer) => answer.status)).toEqual(wishes.map(() => 200))
    for (const one of people) {
      const { body } = await stage.send('GET', `/Users/${one}`)
      expect(stage.told.findLast((change) => change.userName === body.userName)?.active).toBe(body.active)
    }
    expect(stage.defects).toEqual([])
  })
})

describe('a version', () => {
  it('spares whoever has it the answer, and changes with everything that is told', async () => {
    const ada = await id('ada')
    const tag = async () => (await stage.send('GET', `/Users/${ada}`)).headers['etag'] ?? ''
    const first = await tag()
    expect(await stage.send('GET', `/Users/${ada}`, undefined, { 'if-none-match': first })).toMatchObject({
      status: 304,
      body: null,
    })
    const { body } = await stage.send('POST', '/Groups', group('G', [ada]))
    const second = await tag()
    await stage.send('PATCH', `/Groups/${body.id}`, patch({ op: 'replace', path: 'displayName', value: 'H' }))
    const third = await tag()
    await stage.send('DELETE', `/Groups/${body.id}`)
    expect(new Set([first, second, third, await tag()]).size).toBe(4)
    expect((await stage.send('GET', `/Users/${ada}`, undefined, { 'if-none-match': first })).status).toBe(200)
  })
})
