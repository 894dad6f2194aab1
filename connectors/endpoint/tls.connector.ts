import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import { defineConnector } from '../../kernel/collect/connector.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { certificateFacts } from './certificate.ts'
import { type Handshake, shake, type Target } from './handshake.ts'
import { plainHttp, strictTransport } from './http-probe.ts'

const VERSIONS = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const

/**
 * Looks at an endpoint as a client does: which protocol versions it takes, each offered on its own, whether its
 * certificate holds for its name, and for https whether it asks for encryption (RFC 6797) and what port 80 does.
 *
 * The chain is judged apart from the handshake, so that an untrusted endpoint is described and not only refused.
 */
export const endpointTls = defineConnector({
  id: 'endpoint.tls',
  system: 'endpoint',
  produces: ['tls_endpoint'],
  every: 'PT15M',
  needs: { de: 'Netzzugang zum Endpunkt, keine Anmeldung', en: 'network access to the endpoint, no sign-in' },
  async collect(target, context) {
    const { address, purpose } = target
    const at = address.lastIndexOf(':')
    const told = address.slice(0, at).replace(/^\[|\]$/g, '')
    // Certificates and SNI hold names in their ASCII form (RFC 5890).
    const name = isIP(told) === 0 ? domainToASCII(told) || told : told
    const port = Number(address.slice(at + 1))
    const ca = target.caFile === null ? null : await authority(target.caFile)
    const to: Target = { name, purpose, ca, host: target.connectTo?.host ?? name, port: target.connectTo?.port ?? port }
    const first = await shake(to, null, context.signal)
    if ('refused' in first) throw new BergfriedError('collect.unreachable', { system: address, reason: first.refused })
    const offered: string[] = []
    for (const version of VERSIONS) {
      const one = first.version === version ? first : await shake(to, version, context.signal)
      if (!('refused' in one)) offered.push(version)
    }
    const httpPort = target.connectTo?.httpPort ?? (port === 443 ? 80 : null)
    await context.emit('tls_endpoint', {
      address,
      purpose,
      protocols: offered,
      ...certificateFacts(first as Handshake, name),
      cipher: first.cipher,
      hstsSeconds: purpose === 'https' ? await strictTransport(to, context.signal) : null,
      plainHttp:
        purpose === 'https' && httpPort !== null ? await plainHttp(to.host, httpPort, name, context.signal) : null,
    })
  },
})

async function authority(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new BergfriedError('collect.unreadable', {
      what: path,
      reason: (error as { code?: string }).code ?? 'unreadable',
    })
  }
}
