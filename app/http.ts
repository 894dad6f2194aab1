import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BergfriedError } from '../kernel/errors.ts'
import type { Gate } from '../kernel/http/principal.ts'
import type { RouteDeps } from '../kernel/http/route.ts'
import { createHttp } from '../kernel/http/server.ts'
import { HOME } from './home.ts'
import type { House } from './house.ts'
import { ROUTES } from './routes.generated.ts'

export interface RunningHttp {
  readonly address: string
  readonly port: number
  close(): Promise<void>
}

type Signals = Pick<
  RouteDeps,
  | 'collectNow'
  | 'changed'
  | 'evidence'
  | 'live'
  | 'signIn'
  | 'demo'
  | 'front'
  | 'access'
  | 'backups'
  | 'blocking'
  | 'network'
  | 'detection'
  | 'firewall'
  | 'keys'
  | 'scim'
>

/**
 * Starts the HTTP server of a house.
 * Port 0 takes a free one.
 *
 * @param gate - who may come in
 * @throws {BergfriedError} `http.port_taken`
 */
export async function startHttp(
  house: House,
  signals: Signals,
  gate: Gate,
  onDefect: (where: string, error: unknown) => void,
): Promise<RunningHttp> {
  const http = await createHttp({
    routes: ROUTES,
    deps: { ...house, ...signals, securityTxt: house.config.face.securityTxt },
    gate,
    proxies: house.config.face.proxies,
    version: await productVersion(),
    lang: house.config.language,
    onDefect,
  })
  const { host, port } = house.config.listen
  try {
    const address = await http.listen({ host, port })
    return { address, port: Number(new URL(address).port), close: () => http.close() }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'EADDRINUSE' || code === 'EACCES' || code === 'EADDRNOTAVAIL') {
      throw new BergfriedError('http.port_taken', { address: `${host}:${port}` }, { cause: error })
    }
    throw error
  }
}

export async function productVersion(): Promise<string> {
  const text = await readFile(join(HOME, 'package.json'), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
