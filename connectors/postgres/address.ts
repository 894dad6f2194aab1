import { BergfriedError } from '../../kernel/errors.ts'

/** Where a cluster is and who asks, from its URI. */
export interface Address {
  /** A name, an IP address without brackets, or the folder of a Unix socket. */
  readonly host: string
  readonly port: number
  readonly user: string
  readonly database: string
  /** Only the product's own sandboxes carry one; the configuration refuses it. */
  readonly password: string | null
  readonly parameters: URLSearchParams
}

/** Where Debian and most others put the socket. */
const SOCKETS = '/var/run/postgresql'
/** Stands for a host that is not named: WHATWG URLs know no user without a host. */
const NO_HOST = 'host.invalid'

/**
 * Takes a connection URI apart (PostgreSQL manual, "Connection URIs"). Every part may be percent-encoded, the folder of
 * a socket as the host too.
 *
 * @throws {BergfriedError} `collect.unreachable`; never with a part of the address
 */
export function addressOf(connectionString: string, system: string): Address {
  try {
    const uri = new URL(connectionString.replace(/^(postgres(?:ql)?:\/\/(?:[^@/?]*@)?)(?=[/?]|$)/, `$1${NO_HOST}`))
    const parameters = uri.searchParams
    const named = uri.hostname === NO_HOST ? SOCKETS : decodeURIComponent(uri.hostname)
    const user = decodeURIComponent(uri.username)
    const database = decodeURIComponent(uri.pathname.slice(1))
    const port = Number((parameters.get('port') ?? uri.port) || 5432)
    if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new RangeError('port')
    return {
      host: (parameters.get('host') ?? named).replace(/^\[|\]$/g, ''),
      port,
      user,
      database: database === '' ? user : database,
      password: uri.password === '' ? null : decodeURIComponent(uri.password),
      parameters,
    }
  } catch {
    // The thrown error quotes the address, and with it a password.
    throw new BergfriedError('collect.unreachable', {
      system,
      reason: 'the address is malformed',
      reasonDe: 'die Adresse ist fehlerhaft',
    })
  }
}
