import { describe, expect, it } from 'vitest'
import { BergfriedError } from '../errors.ts'
import { parseConfig } from './config.ts'

const parse = (source: string) => parseConfig(source, '/etc/bergfried.yaml', 'en').face
const refused = (source: string): string => {
  try {
    parse(source)
  } catch (error) {
    if (error instanceof BergfriedError) return error.sentence('en')
    throw error
  }
  throw new Error('accepted')
}

it('is reached on this machine alone where nothing is said', () => {
  expect(parse('{}')).toEqual({ url: null, proxies: [], providers: [], securityTxt: null })
})

describe('the public address', () => {
  it('has TLS, or is this very machine by its name', () => {
    expect(parse('url: https://trust.example.com').url).toBe('https://trust.example.com')
    expect(parse('url: http://localhost:8080').url).toBe('http://localhost:8080')
    expect(refused('url: http://trust.example.com')).toContain('without TLS only http://localhost works')
    expect(refused('url: https://trust.example.com/path')).toContain('without a path')
    expect(refused('url: https://me:pass@trust.example.com')).not.toContain('pass@')
  })
})

describe('providers', () => {
  const provider = 'id: corp, name: Corp, issuer: https://id.example.com, clientId: b'
  it('name where their secret is, relative to the file, and never the secret', () => {
    expect(parse(`signIn: { providers: [{ ${provider}, clientSecret: { file: oidc.secret } }] }`).providers).toEqual([
      {
        id: 'corp',
        name: 'Corp',
        issuer: 'https://id.example.com',
        clientId: 'b',
        clientSecret: { file: '/etc/oidc.secret' },
      },
    ])
    const told = refused(`signIn: { providers: [{ ${provider}, clientSecret: s3cr3t-in-clear }] }`)
    expect(told).toContain('does not belong in this file')
    expect(told).not.toContain('s3cr3t')
  })

  it('speak over TLS', () => {
    expect(
      refused(`signIn: { providers: [{ ${provider.replace('https', 'http')}, clientSecret: { file: s } }] }`),
    ).toContain('an address with https://')
  })
})

it('proxies are addresses or networks', () => {
  expect(parse('proxies: [127.0.0.1, 10.0.0.0/8, "::1"]').proxies).toHaveLength(3)
  expect(refused('proxies: [everybody]')).toContain('proxies')
})

describe('security.txt', () => {
  it('needs somebody to write to', () => {
    expect(parse('securityTxt: { contact: [mailto:a@example.com] }').securityTxt).toMatchObject({
      contact: ['mailto:a@example.com'],
      policy: null,
    })
    expect(refused('securityTxt: { contact: [] }')).toContain('contact')
    expect(refused('securityTxt: { contact: ["a@example.com\\nPolicy: x"] }')).toContain('contact')
  })
})
