import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createPlain } from 'node:http'
import { createServer, type Server } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { MOST_ORDERS_BYTES } from './orders.ts'
import { fingerprintOf, linkTo, trustServer } from './server-link.ts'

const never = new AbortController().signal

describe('the way to the server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bergfried-host-tls-'))
  const path = (name: string): string => join(folder, name)
  const servers: Server[] = []
  const urls: string[] = []
  const openssl = (...args: readonly string[]): void => {
    const { status, stderr } = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' })
    if (status !== 0) throw new Error(stderr)
  }
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'] as const
  beforeAll(async () => {
    for (const ca of ['own', 'other']) {
      openssl(
        'req',
        '-x509',
        ...newKey,
        '-keyout',
        `${ca}.key`,
        '-out',
        `${ca}.pem`,
        '-days',
        '2',
        '-subj',
        `/CN=${ca}`,
      )
      openssl('req', ...newKey, '-keyout', `${ca}-leaf.key`, '-out', `${ca}-leaf.csr`, '-subj', '/CN=server')
      writeFileSync(path('san'), 'subjectAltName=IP:127.0.0.1\n')
      openssl(
        ...['x509', '-req', '-in', `${ca}-leaf.csr`, '-CA', `${ca}.pem`, '-CAkey', `${ca}.key`, '-CAcreateserial'],
        ...['-days', '1', '-extfile', 'san', '-out', `${ca}-leaf.pem`],
      )
      const tls = { key: readFileSync(path(`${ca}-leaf.key`)), cert: readFileSync(path(`${ca}-leaf.pem`)) }
      const server = createServer(tls, (request, response) => void response.end(request.headers.authorization))
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      const address = server.address()
      servers.push(server)
      urls.push(`https://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`)
    }
    writeFileSync(path('token'), 'token-of-this-host\n', { mode: 0o600 })
  })
  afterAll(() => {
    for (const server of servers) server.close()
    rmSync(folder, { recursive: true })
  })
  beforeEach(({ skip }) => skip(process.getuid?.() !== 0, 'needs root'))

  const ask = (url = '') => linkTo({ token: path('token') }, { server: url }).orders(0, never)

  it('trusts the authority that was agreed and no other, in this order', async () => {
    await expect(ask(urls[0])).rejects.toMatchObject({ code: 'unreachable' })
    const serverAuthority = path('own.pem')
    const tls = fingerprintOf(readFileSync(serverAuthority, 'utf8'))
    expect(() => trustServer({ serverAuthority: path('other.pem') }, { tls })).toThrow(/unsafe/)
    await expect(ask(urls[1])).rejects.toMatchObject({ code: 'unreachable' })
    trustServer({ serverAuthority }, { tls })
    expect(await ask(urls[0])).toBe('Bearer token-of-this-host')
    await expect(ask(urls[1])).rejects.toMatchObject({ code: 'unreachable' })
  })

  it('does not use a token that others may read, and never says one', async () => {
    writeFileSync(path('open'), 'token-of-this-host\n')
    expect(() => linkTo({ token: path('open') }, { server: urls[0] ?? '' })).toThrow(/unsafe/)
    const error = await ask('http://127.0.0.1:9').catch((caught: unknown) => caught)
    expect(JSON.stringify([error, String(error)])).not.toContain('token-of')
  })

  it('reads no more than orders may have, however much comes', async () => {
    let sent = 0
    const server = createPlain((_, response) => {
      const part = Buffer.alloc(1_048_576, 'x')
      const more = (): void => {
        for (sent += part.length; response.write(part); sent += part.length);
      }
      response.on('drain', more)
      more()
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
    await expect(ask(url)).rejects.toMatchObject({ code: 'malformed' })
    expect(sent).toBeLessThan(MOST_ORDERS_BYTES + 20_000_000)
    server.closeAllConnections()
    server.close()
  })
})
