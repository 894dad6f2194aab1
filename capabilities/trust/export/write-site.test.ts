import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { NOTHING_PINNED } from '../../../verifier/log-steps.ts'
import { verifyTrust } from '../../../verifier/verify-trust.ts'
import { type TrustStage, trustStage } from '../testing/trust-stage.ts'
import { logPaths } from './log-paths.ts'
import { type SiteDeps, writeSite } from './write-site.ts'

let stage: TrustStage
let folder: string
beforeAll(async () => {
  stage = await trustStage()
  await stage.others(300)
  await stage.state()
  await stage.seal()
  folder = await mkdtemp(join(tmpdir(), 'bergfried-site-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
  await stage.close()
})

const text = (path: string): Promise<string> => readFile(join(folder, path), 'utf8')

it('writes pages, data, feeds and what they load, and says on the page that it is a copy', async () => {
  const site = await writeSite(stage.deps as SiteDeps, folder, { withLog: true })
  expect(site.validUntil).toMatch(/^2/)
  for (const lang of ['de', 'en'] as const) {
    const html = await text(`trust/${lang}/index.html`)
    expect(html).toContain(`<html lang="${lang}">`)
    expect(html).toContain('href="http://localhost:7400/trust/')
    for (const [, path = ''] of html.matchAll(/(?:src|href)="(\/trust\/assets\/[^"]+)"/g)) await text(path)
    expect(await text(`trust/${lang}.atom`)).toContain('<feed')
  }
  expect(await text('.well-known/security.txt')).toContain('Contact:')
  expect((await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.new'))).toEqual([])
})

it('holds a log that whoever knows only these files can verify', async () => {
  const server: Server = createServer((request, response) => {
    readFile(join(folder, new URL(request.url ?? '/', 'http://x').pathname)).then(
      (body) => response.end(body),
      () => response.writeHead(404).end(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const { logAt } = await import('../../../verifier/fetch-log.ts')
  const result = await verifyTrust(await text('trust.json'), {
    now: stage.clock.now(),
    pinned: NOTHING_PINNED,
    remembered: null,
    openLog: (path) => logAt(new URL(path, `http://127.0.0.1:${port}`)),
    mostBundles: 8,
  })
  server.close()
  expect(result.steps.filter((s) => s.ok === false)).toEqual([])
  expect(result.seal).not.toBeNull()
})

it('is written again over itself, and never over anything else', async () => {
  await writeSite(stage.deps as SiteDeps, folder, { withLog: false })
  const other = await mkdtemp(join(tmpdir(), 'bergfried-other-'))
  await writeFile(join(other, 'letter.txt'), 'x')
  await expect(writeSite(stage.deps as SiteDeps, other, { withLog: false })).rejects.toMatchObject({
    code: 'trust.not_a_copy',
  })
  expect(await readdir(other)).toEqual(['letter.txt'])
  await rm(other, { recursive: true })
})

it('names every tile and bundle of a log once', () => {
  expect(logPaths(0)).toEqual([])
  expect(logPaths(1)).toEqual(['tile/entries/000.p/1', 'tile/0/000.p/1'])
  expect(logPaths(257)).toEqual([
    'tile/entries/000',
    'tile/entries/001.p/1',
    'tile/0/000',
    'tile/0/001.p/1',
    'tile/1/000.p/1',
  ])
  expect(logPaths(256 * 256).at(-1)).toBe('tile/2/000.p/1')
})
