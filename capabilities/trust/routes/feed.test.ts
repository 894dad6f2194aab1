import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TrustStage, trustStage } from '../testing/trust-stage.ts'

let stage: TrustStage
beforeAll(async () => {
  stage = await trustStage()
})
afterAll(() => stage.close())

const feed = async (lang: 'de' | 'en' = 'en', of = stage): Promise<string> => {
  of.clock.advance(2_000)
  return (await of.http.inject(`/trust/${lang}.atom`)).body
}
const entries = (xml: string): string[] => [...xml.matchAll(/<entry>\n(.*?)<\/entry>/gs)].map(([, e = '']) => e)

describe('the feed', () => {
  it('has no entry before something changed, then one for each sealed statement that says something new, newest first', async () => {
    await stage.state(['ok'])
    await stage.seal()
    expect(entries(await feed())).toEqual([])
    stage.clock.advance(60_000)
    await stage.state(['alarm', ...Array.from({ length: 60 }, () => 'ok' as const)])
    await stage.seal()
    await stage.state(['alarm', ...Array.from({ length: 60 }, () => 'ok' as const)])
    await stage.seal()
    stage.clock.advance(60_000)
    await stage.state(['ok'])
    await stage.seal()
    const [newest = '', oldest = '', ...others] = entries(await feed())
    expect(others).toEqual([])
    expect(oldest).toMatch(/<title>INF-01: holds → violated<\/title>/)
    expect(newest).toMatch(/<title>INF-01: violated → holds<\/title>/)
    expect(entries(await feed('de'))[0]).toContain('INF-01: verletzt → gehalten')
  })

  it('is Atom with an author, ids that never change, and addresses of the page', async () => {
    const answer = await stage.http.inject('/trust/de.atom')
    expect(answer.headers['content-type']).toBe('application/atom+xml; charset=utf-8')
    expect(answer.body).toMatch(
      /^<\?xml version="1.0" encoding="utf-8"\?>\n<feed xmlns="http:\/\/www.w3.org\/2005\/Atom" xml:lang="de">/,
    )
    expect(answer.body).toMatch(/<author><name>[^<]+<\/name><\/author>/)
    expect(answer.body).toContain(
      '<link rel="alternate" type="text/html" hreflang="de" href="http://localhost:7400/trust/de"/>',
    )
    const ids = [...answer.body.matchAll(/<id>(.*?)<\/id>/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    const again = await feed('de')
    expect([...again.matchAll(/<id>(.*?)<\/id>/g)].map(([, id]) => id)).toEqual(ids)
    const known = await stage.http.inject({
      url: '/trust/de.atom',
      headers: { 'if-none-match': String(answer.headers['etag']) },
    })
    expect(known.statusCode).toBe(304)
  })

  it('tells of no change that only the database knows', async () => {
    const forged = await trustStage()
    await forged.state(['ok'])
    await forged.seal()
    forged.clock.advance(60_000)
    await forged.state(['alarm'])
    await forged.seal()
    await forged.db
      .stage('bf_owner')
      .query(`update evidence.entry set body = replace(body, '"alarm"', '"excepted"') where kind = 'statement'`)
    expect(entries(await feed('en', forged))).toEqual([])
    expect(forged.defects).toEqual([])
    await forged.close()
  })

  it('writes what is in a name as text', async () => {
    await stage.db
      .stage('bf_owner')
      .query(`insert into desk.organisation (name, changed_at) values ('A & <b>B</b>', now())`)
    await stage.state(['stale'])
    await stage.seal()
    expect(await feed()).toContain('<author><name>A &amp; &lt;b&gt;B&lt;/b&gt;</name></author>')
    expect((await stage.http.inject('/trust/en')).body).toContain('A &amp; &lt;b&gt;B&lt;/b&gt;')
  })
})

it('security.txt is served as text', async () => {
  const answer = await stage.http.inject('/.well-known/security.txt')
  expect(answer.statusCode).toBe(200)
  expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8')
  expect(answer.body).toMatch(/^Contact: mailto:security@example.com\nExpires: /)
})
