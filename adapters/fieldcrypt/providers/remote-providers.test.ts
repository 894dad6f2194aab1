import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { awsHeaders } from './aws-signature.ts'
import { KmsKeyProvider } from './kms-provider.ts'
import { TransitKeyProvider } from './transit-provider.ts'

interface Asked {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Record<string, unknown>
}
type Answer = readonly [status: number, body: object]

let server: Server | null = null
afterEach(() => {
  server?.close()
  server = null
})

async function serve(answer: (asked: Asked) => Answer): Promise<string> {
  server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => {
      text += chunk.toString()
    })
    request.on('end', () => {
      const [status, body] = answer({ path: request.url ?? '', headers: request.headers, body: JSON.parse(text) })
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
  })
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const KEY = randomBytes(32)
function seal(plain: Buffer, aad: string): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', KEY, nonce).setAAD(Buffer.from(aad))
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}
function open(sealed: Buffer, aad: string): Buffer | null {
  const decipher = createDecipheriv('aes-256-gcm', KEY, sealed.subarray(0, 12)).setAAD(Buffer.from(aad))
  decipher.setAuthTag(sealed.subarray(-16))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()])
  } catch {
    return null
  }
}

const secret = Buffer.alloc(32, 6)
const context = Buffer.from('tenant table column')
const failed = { name: 'FieldcryptError', code: 'unwrap_failed' }

/** As the documentation of OpenBao has it: no OpenBao or Vault was asked. */
const transit = ({ path, headers, body }: Asked): Answer => {
  if (headers['x-vault-token'] !== 's.token') return [403, { errors: ['permission denied'] }]
  const aad = String(body['associated_data'])
  if (path === '/v1/transit/encrypt/customer-data')
    return [
      200,
      {
        data: {
          ciphertext: `vault:v3:${seal(Buffer.from(String(body['plaintext']), 'base64'), aad).toString('base64')}`,
          key_version: 3,
        },
      },
    ]
  if (path !== '/v1/transit/decrypt/customer-data') return [404, { errors: [] }]
  const opened = open(Buffer.from(String(body['ciphertext']).split(':')[2] ?? '', 'base64'), aad)
  return opened === null
    ? [400, { errors: ['cipher: message authentication failed'] }]
    : [200, { data: { plaintext: opened.toString('base64') } }]
}

describe('Transit, by its documented protocol (no real OpenBao)', () => {
  const provider = (address: string, token = 's.token') =>
    new TransitKeyProvider({ address, key: 'customer-data', token: () => token })

  it('wraps and unwraps, bound to the context', async () => {
    const transitProvider = provider(await serve(transit))
    const wrapped = await transitProvider.wrap(secret, context)
    expect(wrapped).toMatchObject({ provider: 'transit', kek: 'customer-data:v3' })
    expect(Buffer.from(await transitProvider.unwrap(wrapped, context))).toEqual(secret)
    await expect(transitProvider.unwrap(wrapped, Buffer.from('other'))).rejects.toMatchObject(failed)
    const foreign = { ...wrapped, bytes: Buffer.from('vault:v1:../../sys/seal') }
    await expect(transitProvider.unwrap(foreign, context)).rejects.toMatchObject(failed)
  })

  it('says refused, unreachable and unexpected apart, and sends a token over plain http to this machine alone', async () => {
    const address = await serve(transit)
    await expect(provider(address, 'old').wrap(secret, context)).rejects.toMatchObject({ code: 'refused' })
    server?.close()
    server?.closeAllConnections()
    await expect(provider('http://127.0.0.1:1').wrap(secret, context)).rejects.toMatchObject({ code: 'unreachable' })
    const odd = await serve(() => [200, { data: { ciphertext: 7 } }])
    await expect(provider(odd).wrap(secret, context)).rejects.toMatchObject({ code: 'unexpected' })
    expect(() => provider('http://bao.example')).toThrow(/https/)
  })
})

describe('AWS', () => {
  it('requests are signed as the published examples of Signature Version 4 are', () => {
    const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
    const scope = { region: 'us-east-1', service: 'service' }
    const at = new Date('2015-08-30T12:36:00Z')
    const url = new URL('https://example.amazonaws.com/')
    const signed = (method: string) =>
      awsHeaders({ method, url, headers: {}, body: '' }, credentials, scope, at)['authorization']
    expect(signed('GET')).toBe(
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
    )
    expect(signed('POST')).toContain('5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b')
  })
})

describe('KMS, by its documented protocol (no real AWS)', () => {
  const arn = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'
  const kms = ({ headers, body }: Asked): Answer => {
    if (!String(headers.authorization).startsWith('AWS4-HMAC-SHA256 Credential=AKID/'))
      return [400, { __type: 'AccessDeniedException' }]
    const aad = JSON.stringify(body['EncryptionContext'])
    if (headers['x-amz-target'] === 'TrentService.Encrypt')
      return [
        200,
        { CiphertextBlob: seal(Buffer.from(String(body['Plaintext']), 'base64'), aad).toString('base64'), KeyId: arn },
      ]
    const opened = open(Buffer.from(String(body['CiphertextBlob']), 'base64'), aad)
    return opened === null || body['KeyId'] !== arn
      ? [400, { __type: 'com.amazonaws.kms#InvalidCiphertextException' }]
      : [200, { Plaintext: opened.toString('base64'), KeyId: arn }]
  }
  const provider = (endpoint: string, accessKeyId = 'AKID') =>
    new KmsKeyProvider({
      region: 'eu-central-1',
      keyId: 'alias/customer-data',
      endpoint,
      credentials: () => ({ accessKeyId, secretAccessKey: 'secret', sessionToken: 'session' }),
      now: () => new Date('2026-11-01T00:00:00Z'),
    })

  it('wraps and unwraps, bound to the context, of which nothing but the digest is told', async () => {
    const asked: Asked[] = []
    const kmsProvider = provider(
      await serve((one) => {
        asked.push(one)
        return kms(one)
      }),
    )
    const wrapped = await kmsProvider.wrap(secret, context)
    expect(wrapped).toMatchObject({ provider: 'aws-kms', kek: arn })
    expect(Buffer.from(await kmsProvider.unwrap(wrapped, context))).toEqual(secret)
    await expect(kmsProvider.unwrap(wrapped, Buffer.from('other'))).rejects.toMatchObject(failed)
    expect(asked[0]?.body).toMatchObject({
      EncryptionContext: { bergfried: createHash('sha256').update(context).digest('base64') },
    })
    expect(asked[0]?.headers).toMatchObject({ 'x-amz-security-token': 'session' })
  })

  it('says refused and unreachable apart', async () => {
    const endpoint = await serve(kms)
    await expect(provider(endpoint, 'OTHER').wrap(secret, context)).rejects.toMatchObject({ code: 'refused' })
    const busy = await serve(() => [400, { __type: 'ThrottlingException' }])
    await expect(provider(busy).wrap(secret, context)).rejects.toMatchObject({ code: 'unreachable' })
  })
})
