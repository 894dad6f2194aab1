import { writeFile } from 'node:fs/promises'
import { createServer as createHttp, type Server as HttpServer } from 'node:http'
import { createServer as createHttps, type Server as HttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type Clock, systemClock } from '../clock/clock.ts'
import { makeAuthority, makeCertificate } from './certificates.ts'
import type { SandboxEndpoint } from './drill.ts'

type Options = NonNullable<Parameters<SandboxEndpoint['serve']>[0]>

export interface RunningSandboxEndpoint extends SandboxEndpoint {
  /** What the endpoint calls itself: a good one. */
  readonly address: 'localhost:443'
  /** Where it really listens. */
  readonly connectTo: { readonly host: string; readonly port: number; readonly httpPort: number }
  /** PEM file of the authority that good certificates come from. */
  readonly caFile: string
  stop(): Promise<void>
}

const DAY = 86_400_000

/** Starts a TLS server and a plain http server on free ports of loopback. They keep their ports until `stop`. */
export async function startSandboxEndpoint(options: {
  folder: string
  clock?: Clock
}): Promise<RunningSandboxEndpoint> {
  const clock = options.clock ?? systemClock
  const trusted = await makeAuthority(clock.now())
  const stranger = await makeAuthority(clock.now(), 'Somebody else')
  const caFile = join(options.folder, 'authority.pem')
  await writeFile(caFile, trusted.certificate)
  let open: { https: HttpsServer; http: HttpServer } | null = null
  let port = 0
  let httpPort = 0

  const close = async () => {
    const { https, http } = open ?? {}
    open = null
    await Promise.all([https, http].map((server) => server && shut(server)))
  }
  const serve = async (with_: Options = {}) => {
    await close()
    const now = clock.now().getTime()
    const certificate = await makeCertificate({
      authority: with_.untrusted === true ? stranger : trusted,
      names: with_.wrongName === true ? ['elsewhere.example'] : ['localhost'],
      notBefore: new Date(now - (with_.expired === true ? 100 : 1) * DAY),
      notAfter: new Date(now + (with_.expired === true ? -1 : 90) * DAY),
      key: with_.weakKey === true ? 'rsa-1024' : 'ec-p256',
    })
    const old = with_.oldProtocols === true
    const https = createHttps(
      {
        cert: certificate.certificate,
        key: certificate.key,
        minVersion: old ? 'TLSv1' : 'TLSv1.2',
        ...(old || with_.weakKey === true ? { ciphers: 'DEFAULT:@SECLEVEL=0' } : {}),
      },
      (_request, response) => {
        if (with_.noHsts !== true) response.setHeader('strict-transport-security', 'max-age=31536000')
        response.end()
      },
    )
    const http = createHttp((_request, response) => {
      if (with_.plainHttp !== true) response.writeHead(301, { location: 'https://localhost/' })
      response.end()
    })
    port = await listen(https, port)
    httpPort = await listen(http, httpPort)
    open = { https, http }
  }
  await serve()
  return {
    kind: 'endpoint',
    address: 'localhost:443',
    connectTo: { host: '127.0.0.1', port, httpPort },
    caFile,
    serve,
    stop: close,
  }
}

function shut(server: HttpServer | HttpsServer): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

function listen(server: HttpServer | HttpsServer, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}
