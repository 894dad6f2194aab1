import * as z from 'zod'
import { count, defineFact, instant, line, name, names } from './fact.ts'

export const tlsEndpointFact = defineFact({
  kind: 'tls_endpoint',
  about: 'endpoint',
  title: { de: 'Verschlüsselter Endpunkt', en: 'Encrypted endpoint' },
  columns: {
    address: name,
    /** https, postgres, or tls for anything that starts with a handshake. */
    purpose: z.enum(['https', 'postgres', 'tls']),
    protocols: names,
    cipher: name,
    trusted: z.boolean(),
    /** Why the chain is not trusted, as OpenSSL names it. */
    trustError: name.nullable(),
    subject: line,
    names: names,
    issuer: line,
    notAfter: instant,
    keyType: name,
    keyBits: count,
    /** Strict-Transport-Security max-age in seconds; null: none sent, or not https. */
    hstsSeconds: count.nullable(),
    /** http on port 80: redirects to https, is closed, or answers in clear text. Null: not asked. */
    plainHttp: z.enum(['redirects', 'closed', 'answers']).nullable(),
  },
  sample: {
    address: 'shop.example:443',
    purpose: 'https',
    protocols: ['TLSv1.2', 'TLSv1.3'],
    cipher: 'TLS_AES_256_GCM_SHA384',
    trusted: true,
    trustError: null,
    subject: 'shop.example',
    names: ['shop.example'],
    issuer: 'Example CA',
    notAfter: '2027-01-20T00:00:00Z',
    keyType: 'ec',
    keyBits: 256,
    hstsSeconds: 31536000,
    plainHttp: 'redirects',
  },
})
