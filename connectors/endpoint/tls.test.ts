import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTlsServer, TLSSocket } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Fact } from '../../facts/kinds.ts'
import { tlsEndpointFact } from '../../facts/tls-endpoint.fact.ts'
import { fixedClock, systemClock } from '../../kernel/clock/clock.ts'
import type { Targets } from '../../kernel/collect/connector.ts'
import { makeAuthority, makeCertificate } from '../../kernel/drill/certificates.ts'
import { type RunningSandboxEndpoint, startSandboxEndpoint } from '../../kernel/drill/sandbox-endpoint.ts'
import { shake } from './handshake.ts'
import { endpointTls } from './tls.connector.ts'

let folder: string
let sandbox: RunningSandboxEndpoint
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bergfried-endpoint-'))
  sandbox = await startSandboxEndpoint({ folder })
})
afterAll(async () => {
  await sandbox.stop()
  await rm(folder, { recursive: true, force: true })
})

async function look(more: Partial<Targets['endpoint']> = {}, signal = new AbortController().signal) {
  const found: Fact<'tls_endpoint'>[] = []
  const { address, caFile, connectTo } = sandbox
  await endpointTls.collect(
    { address, caFile, connectTo, purpose: 'https', ...more },
    {
      system: 'test',
      clock: fixedClock('2026-11-01T00:00:00Z'),
      signal,
      emit: async (_kind, row) => {
        found.push(tlsEndpointFact.shape.parse(row) as Fact<'tls_endpoint'>)
      },
      fail: (_kind, error) => {
        throw error
      },
    },
  )
  return found[0]
}

describe('an endpoint', () => {
  it('that is well kept', async () => {
    await sandbox.serve()
    expect(await look()).toMatchObject({
      address: 'localhost:443',
      protocols: ['TLSv1.2', 'TLSv1.3'],
      trusted: true,
      trustError: null,
      subject: 'localhost',
      names: ['localhost'],
      issuer: 'Bergfried sandbox authority',
      keyType: 'ec',
      keyBits: 256,
      hstsSeconds: 31_536_000,
      plainHttp: 'redirects',
    })
  })

  it.each([
    ['expired', { expired: true }, { trusted: false, trustError: 'CERT_HAS_EXPIRED' }],
    [
      'of an unknown authority',
      { untrusted: true },
      { trusted: false, trustError: expect.stringMatching(/UNABLE_TO/) },
    ],
    ['with another name', { wrongName: true }, { trusted: false, trustError: 'ERR_TLS_CERT_ALTNAME_INVALID' }],
    ['with old protocols', { oldProtocols: true }, { protocols: ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] }],
    ['without HSTS', { noHsts: true }, { hstsSeconds: null }],
    ['with plain http', { plainHttp: true }, { plainHttp: 'answers' }],
    ['with a weak key', { weakKey: true }, { keyType: 'rsa', keyBits: 1024, protocols: ['TLSv1.2', 'TLSv1.3'] }],
  ])('%s', async (_name, options, expected) => {
    await sandbox.serve(options)
    expect(await look()).toMatchObject(expected)
  })

  it('that is not there, or speaks no TLS, is unreachable and says why', async () => {
    const silent = await listening((socket) => socket.end('HTTP/1.0 400 no\r\n\r\n'))
    await expect(look({ connectTo: { host: '127.0.0.1', port: 1, httpPort: 1 } })).rejects.toMatchObject({
      code: 'collect.unreachable',
      detail: { reason: 'connection refused' },
    })
    await expect(look({ connectTo: { host: '127.0.0.1', port: silent.port, httpPort: 1 } })).rejects.toMatchObject({
      detail: { reason: 'no TLS' },
    })
    silent.server.close()
  })

  it('that says nothing is left after a while', async () => {
    const mute = await listening(() => undefined)
    const target = { name: 'localhost', host: '127.0.0.1', port: mute.port, purpose: 'https', ca: null } as const
    expect(await shake(target, null, new AbortController().signal, 100)).toEqual({ refused: 'timeout' })
    mute.server.close()
  })

  it('is not looked at when told to stop', async () => {
    const stop = new AbortController()
    stop.abort()
    await expect(look({}, stop.signal)).rejects.toThrow()
  })
})

describe('a certificate', () => {
  const served = async (names: string[], key?: 'ec-brainpool-p256') => {
    const now = systemClock.now()
    const authority = await makeAuthority(now)
    const valid = { notBefore: new Date(now.getTime() - 86_400_000), notAfter: new Date(now.getTime() + 86_400_000) }
    const made = await makeCertificate({ authority, names, ...valid, ...(key === undefined ? {} : { key }) })
    const caFile = join(folder, 'own.pem')
    await writeFile(caFile, authority.certificate)
    // The whole chain, as servers send it.
    const server = createTlsServer({ key: made.key, cert: [made.certificate, authority.certificate].join('\n') })
    server.on('secureConnection', (socket) => socket.on('error', () => undefined))
    server.on('tlsClientError', () => undefined)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    return { server, target: { purpose: 'tls', caFile, connectTo: { host: '127.0.0.1', port, httpPort: 1 } } as const }
  }

  it('on a brainpool curve (RFC 5639) is described, trusted or not, and ends nobody', async () => {
    const { server, target } = await served(['localhost'], 'ec-brainpool-p256')
    const leaf = { keyType: 'ec', keyBits: 256, subject: 'localhost', protocols: ['TLSv1.2', 'TLSv1.3'] }
    expect(await look(target)).toMatchObject({ ...leaf, trusted: true, trustError: null })
    expect(await look({ ...target, caFile: null })).toMatchObject({ ...leaf, trusted: false })
    server.close()
  })

  it('for an international name is looked at in its ASCII form', async () => {
    const { server, target } = await served(['xn--mller-kva.example'])
    expect(await look({ ...target, address: 'müller.example:443' })).toMatchObject({
      address: 'müller.example:443',
      trusted: true,
      names: ['xn--mller-kva.example'],
    })
    server.close()
  })

  it('for an address holds for that address alone', async () => {
    const { server, target } = await served(['127.0.0.1', '::1'])
    expect(await look({ ...target, address: '127.0.0.1:443' })).toMatchObject({ trusted: true })
    expect(await look({ ...target, address: '[::1]:443' })).toMatchObject({ trusted: true })
    expect(await look({ ...target, address: '127.0.0.2:443' })).toMatchObject({
      trusted: false,
      trustError: 'ERR_TLS_CERT_ALTNAME_INVALID',
    })
    server.close()
  })
})

describe('PostgreSQL', () => {
  it('is asked for TLS first, and believed when it has none', async () => {
    const now = systemClock.now()
    const day = 86_400_000
    const authority = await makeAuthority(now)
    const { certificate, key } = await makeCertificate({
      authority,
      names: ['localhost'],
      notBefore: new Date(now.getTime() - day),
      notAfter: new Date(now.getTime() + day),
    })
    const server = await listening((socket) =>
      socket.once('data', (request: Buffer) => {
        if (request.toString('hex') !== '0000000804d2162f') return socket.destroy()
        socket.write('S')
        return new TLSSocket(socket, { isServer: true, cert: certificate, key, minVersion: 'TLSv1.3' } as never)
      }),
    )
    const at = { host: '127.0.0.1', port: server.port, httpPort: 1 }
    expect(await look({ address: 'localhost:5432', purpose: 'postgres', connectTo: at })).toMatchObject({
      purpose: 'postgres',
      protocols: ['TLSv1.3'],
      hstsSeconds: null,
      plainHttp: null,
    })
    server.server.close()
    const none = await listening((socket) => socket.once('data', () => socket.end('N')))
    await expect(
      look({ address: 'localhost:5432', purpose: 'postgres', connectTo: { ...at, port: none.port } }),
    ).rejects.toMatchObject({ detail: { reason: 'no TLS' } })
    none.server.close()
  })
})

it('names an authority that cannot be read', async () => {
  await expect(look({ caFile: join(folder, 'nowhere.pem') })).rejects.toMatchObject({ code: 'collect.unreadable' })
  expect(await readFile(sandbox.caFile, 'utf8')).toContain('BEGIN CERTIFICATE')
})

async function listening(handle: (socket: Socket) => void): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    handle(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, port: (server.address() as { port: number }).port }
}
