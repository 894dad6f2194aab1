import type { DemoEndpoint } from '../company.ts'
import { dayNumber, type FactsOf, instantOf } from '../facts-of.ts'
import { noiseBetween } from '../noise.ts'

/** Facts of a TLS endpoint in which all is well: its certificate is always renewed a month before its end. */
export function goodEndpoint(endpoint: DemoEndpoint, at: Date): FactsOf {
  const name = endpoint.address.replace(/:.*$/, '')
  const period = endpoint.days - 30
  const today = dayNumber(at)
  const made = today - ((today + noiseBetween(0, period - 1, 'certificate', endpoint.name)) % period)
  return {
    tls_endpoint: [
      {
        address: endpoint.address,
        purpose: 'https',
        protocols: ['TLSv1.2', 'TLSv1.3'],
        cipher: 'TLS_AES_256_GCM_SHA384',
        trusted: true,
        trustError: null,
        subject: name,
        names: [name],
        issuer: 'Demo Trust CA 1',
        notAfter: instantOf(new Date((made + endpoint.days) * 86_400_000), 9),
        keyType: endpoint.keyType,
        keyBits: endpoint.keyType === 'ec' ? 256 : 3072,
        hstsSeconds: 31_536_000,
        plainHttp: 'redirects',
      },
    ],
  }
}
