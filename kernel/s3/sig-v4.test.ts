import { describe, expect, it } from 'vitest'
import { type SigV4Key, sha256Hex, signV4 } from './sig-v4.ts'

const HOST = 'https://examplebucket.s3.amazonaws.com'
const key: SigV4Key = {
  accessKey: 'AKIAIOSFODNN7EXAMPLE',
  secretKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  region: 'us-east-1',
  service: 's3',
}
const now = new Date('2013-05-24T00:00:00Z')

/** The examples that are published with the documentation of the Amazon S3 API, "Authenticating Requests". */
describe('AWS Signature Version 4', () => {
  it.each([
    [
      'GET object',
      { method: 'GET', url: '/test.txt', headers: { range: 'bytes=0-9' }, body: '' },
      'host;range;x-amz-content-sha256;x-amz-date',
      'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    ],
    [
      'PUT object',
      {
        method: 'PUT',
        url: '/test%24file.text',
        headers: { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
        body: 'Welcome to Amazon S3.',
      },
      'date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class',
      '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
    ],
    [
      'GET bucket lifecycle',
      { method: 'GET', url: '/?lifecycle', headers: {}, body: '' },
      'host;x-amz-content-sha256;x-amz-date',
      'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
    ],
    [
      'GET bucket (list objects)',
      { method: 'GET', url: '/?prefix=J&max-keys=2', headers: {}, body: '' },
      'host;x-amz-content-sha256;x-amz-date',
      '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
    ],
  ] as const)('%s', (_, { method, url, headers, body }, names, signature) => {
    const request = { method, url: new URL(HOST + url), headers, bodySha256: sha256Hex(body) }
    expect(signV4(request, key, now)['authorization']).toBe(
      `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=${names}, Signature=${signature}`,
    )
  })
})
