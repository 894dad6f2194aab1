import { mkdir, rename, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { stateFolder } from './store/folder.ts'
import { fileOf } from './store/state.ts'
import { serveWitness } from './testing/serve-witness.ts'
import { submit } from './testing/spawn-witness.ts'
import { TestLog } from './testing/test-log.ts'

const ORIGIN = 'log.example.org/a'
const log = () => new TestLog(ORIGIN).grow(5)
const { verifierKey } = log()

describe('a cosignature', () => {
  it('is not given before its checkpoint is kept', async () => {
    await using served = await serveWitness([verifierKey])
    const { states } = served.witness.parts
    const put = states.put.bind(states)
    const order: string[] = []
    states.put = async (seen) => {
      await put(seen)
      // A disk takes its time: long enough for any answer that does not wait for it.
      await new Promise((resolve) => setTimeout(resolve, 50))
      order.push('kept')
    }
    const { status } = await submit(served.url, await log().request(0))
    order.push('answered')
    expect([status, order]).toEqual([200, ['kept', 'answered']])
  })

  it('is not given where the disk does not take the checkpoint, and again as soon as it does', async () => {
    await using served = await serveWitness([verifierKey])
    const folder = stateFolder(served.folder)
    await rename(folder, `${folder}-away`)
    const refused = await submit(served.url, await log().request(0))
    expect([refused.status, refused.text.includes('—')]).toEqual([503, false])
    expect(served.events).toMatchObject([{ is: 'not_kept', origin: ORIGIN }])
    await rename(`${folder}-away`, folder)
    expect((await submit(served.url, await log().request(0))).status).toBe(200)
  })

  it('is not given any more where it is not known what the disk holds, and the witness says so', async () => {
    await using served = await serveWitness([verifierKey])
    const inTheWay = join(stateFolder(served.folder), fileOf(ORIGIN))
    await mkdir(inTheWay)
    expect((await submit(served.url, await log().request(0))).status).toBe(503)
    await rmdir(inTheWay)
    const later = await submit(served.url, await log().request(0))
    expect([later.status, later.text]).toEqual([503, expect.stringContaining('restart')])
    expect(await (await fetch(served.url)).text()).toContain('STANDS STILL')
  })
})

describe('evidence', () => {
  it('that cannot be kept is told all the same, and the request refused', async () => {
    await using served = await serveWitness([verifierKey])
    await submit(served.url, await log().request(0))
    const folder = join(served.folder, 'conflicts')
    await rename(folder, `${folder}-away`)
    expect((await submit(served.url, await log().rewritten(2, 'x').request(5))).status).toBe(409)
    expect(served.events.map(({ is }) => is)).toEqual(['fork', 'not_kept'])
    await rename(`${folder}-away`, folder)
  })
})
