import { execFileSync } from 'node:child_process'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { collectFacts } from '../../kernel/testing/collect-facts.ts'
import { type MemoryEntry, memoryTransport } from '../../kernel/testing/memory-transport.ts'
import { hostKeyFilesConnector } from './key-files.connector.ts'
import { classifyKey } from './key-files-classify.ts'

const pem = (type: 'pkcs8' | 'pkcs1' | 'sec1', pair: { privateKey: KeyObject }, passphrase?: string) =>
  pair.privateKey
    .export(
      passphrase === undefined ? { type, format: 'pem' } : { type, format: 'pem', cipher: 'aes-256-cbc', passphrase },
    )
    .toString()

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ed = generateKeyPairSync('ed25519')
const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'

describe('a private key', () => {
  it.each([
    ['PKCS#8 RSA', pem('pkcs8', rsa), { keyType: 'rsa', encrypted: false }],
    ['PKCS#8 EC', pem('pkcs8', ec), { keyType: 'ecdsa', encrypted: false }],
    ['PKCS#8 Ed25519', pem('pkcs8', ed), { keyType: 'ed25519', encrypted: false }],
    ['encrypted PKCS#8', pem('pkcs8', ec, 'x'), { keyType: null, encrypted: true }],
    ['PKCS#1', pem('pkcs1', rsa), { keyType: 'rsa', encrypted: false }],
    ['encrypted PKCS#1', pem('pkcs1', rsa, 'x'), { keyType: 'rsa', encrypted: true }],
    [
      'SEC1 behind its parameters',
      `-----BEGIN EC PARAMETERS-----\nBggq\n-----END EC PARAMETERS-----\n${pem('sec1', ec)}`,
      { keyType: 'ecdsa', encrypted: false },
    ],
    ['a key behind a certificate', CERTIFICATE + pem('pkcs8', rsa), { keyType: 'rsa', encrypted: false }],
    [
      'PuTTY',
      'PuTTY-User-Key-File-3: ssh-ed25519\r\nEncryption: aes256-cbc\r\n',
      { keyType: 'ed25519', encrypted: true },
    ],
  ])('as %s is recognised', (_what, text, expected) => expect(classifyKey(text)).toEqual(expected))

  it.each([
    '',
    CERTIFICATE,
    '-----BEGIN PUBLIC KEY-----\n',
    'ssh-ed25519 AAAA',
    '-----BEGIN PGP PRIVATE KEY BLOCK-----',
  ])('is not in %j', (text) => expect(classifyKey(text)).toBeNull())

  it('made to hurt ends in an answer', () => {
    const piece = fc.constantFrom(
      '-----BEGIN ',
      'OPENSSH ',
      'PRIVATE KEY-----',
      '\n',
      'b3BlbnNzaC1rZXktdjEA',
      'AAAA',
      '////',
      '-----END',
      'RSA ',
      'Proc-Type: 4,ENCRYPTED',
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.base64String({ maxLength: 40 })), { maxLength: 20 }), (pieces) => {
        const found = classifyKey(pieces.join(''))
        expect(found === null || typeof found.encrypted === 'boolean').toBe(true)
      }),
      { numRuns: 500 },
    )
    for (const part of ['-', '-----BEGIN ', 'A ', '\n', 'PRIVATE KEY']) classifyKey(part.repeat(65_536 / part.length))
  })
})

const SSH_KEYGEN = '/usr/bin/ssh-keygen'
const missing = existsSync(SSH_KEYGEN) ? '' : ' (skipped: ssh-keygen is missing)'

describe.skipIf(missing !== '')(`a key of ssh-keygen${missing}`, () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'bergfried-key-files-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it.each([
    ['ed25519', 'ed25519', '', false, []],
    ['ed25519', 'ed25519', 'secret', true, []],
    ['rsa', 'rsa', '', false, ['-b', '2048']],
    ['ecdsa', 'ecdsa', 'secret', true, []],
    ['rsa', 'rsa', 'secret', true, ['-b', '2048', '-m', 'PEM']],
    ['rsa', null, 'secret', true, ['-b', '2048', '-m', 'PKCS8']],
  ])('%s is %s, passphrase %j', (type, keyType, passphrase, encrypted, more) => {
    const file = join(folder, [type, encrypted, ...more].join(''))
    execFileSync(SSH_KEYGEN, ['-q', '-t', type, ...more, '-N', passphrase, '-f', file])
    expect(classifyKey(readFileSync(file, 'utf8'))).toEqual({ keyType, encrypted })
    expect(classifyKey(readFileSync(`${file}.pub`, 'utf8'))).toBeNull()
  })
})

const key = pem('pkcs8', ec)
const accounts = {
  '/etc/passwd':
    'root:x:0:0::/root:/bin/sh\nada:x:1000:1000::/home/ada:/bin/sh\nada2:x:1000:1000::/home/ada/:/bin/sh\n',
  '/etc/group': 'root:x:0:\nssl-cert:x:106:\n',
}
const collect = (files: Record<string, MemoryEntry>) =>
  collectFacts(hostKeyFilesConnector, memoryTransport({ files: { ...accounts, ...files } }))

it('finds keys where they lie and names who may read them', async () => {
  const found = await collect({
    '/etc/ssh/ssh_host_ecdsa_key': { content: key, mode: '0600' },
    '/etc/ssh/ssh_host_ecdsa_key.pub': 'ecdsa AAAA',
    '/home/ada/.ssh/id_ecdsa': { content: key, mode: '0644', uid: 1000, gid: 1000 },
    '/home/ada/.ssh/id_ecdsa.pub': 'ecdsa AAAA',
    '/home/ada/.ssh/work': { content: key, mode: '0600', uid: 1000, gid: 1000 },
    '/home/ada/.ssh/notes': 'nothing',
    '/home/ada/.ssh/known_hosts': { content: '', denied: true },
    '/home/ada/.ssh/huge.pem': { content: key + 'x'.repeat(70_000) },
    '/home/ada/.ssh/folder/id_x': key,
    '/home/ada/.ssh/id_gone': { link: '/nothing' },
    '/etc/ssl/private/server.key': { content: key, mode: '0640', gid: 106 },
    '/etc/ssl/private/chain.pem': CERTIFICATE,
    '/etc/letsencrypt/live/a.example/privkey.pem': { link: '../../archive/a.example/privkey1.pem' },
    '/etc/letsencrypt/live/README': 'text',
    '/etc/letsencrypt/archive/a.example/privkey1.pem': { content: key, mode: '0600' },
    '/etc/nginx/tls/site.key': { content: key, mode: '0604', uid: 33 },
    '/etc/postgresql/15/main/server.key': { content: key, mode: '0600' },
    '/etc/postgresql/15/main/deeper/no.key': key,
    '/etc/apache2/mods-enabled': { link: '/etc/apache2' },
  })
  expect(found.rows('key_file').map((row) => Object.values(row).join(' '))).toEqual([
    '/etc/ssh/ssh_host_ecdsa_key root root 0600 ssh-host ecdsa false',
    '/home/ada/.ssh/id_ecdsa ada 1000 0644 ssh-user ecdsa false',
    '/home/ada/.ssh/work ada 1000 0600 ssh-user ecdsa false',
    '/etc/ssl/private/server.key root ssl-cert 0640 tls ecdsa false',
    '/etc/letsencrypt/live/a.example/privkey.pem root root 0600 tls ecdsa false',
    '/etc/letsencrypt/archive/a.example/privkey1.pem root root 0600 tls ecdsa false',
    '/etc/nginx/tls/site.key 33 root 0604 tls ecdsa false',
    '/etc/postgresql/15/main/server.key root root 0600 tls ecdsa false',
  ])
  expect(found.text).not.toContain(key.split('\n')[1] ?? '?')
})

it('reports a key that may not be read by its name, and fails where only the content could tell', async () => {
  const found = await collect({ '/etc/ssh/ssh_host_rsa_key': { content: key, mode: '0600', denied: true } })
  expect(found.rows('key_file')).toMatchObject([{ path: '/etc/ssh/ssh_host_rsa_key', keyType: null, encrypted: null }])
  await expect(collect({ '/home/ada/.ssh/work': { content: key, denied: true } })).rejects.toMatchObject({
    code: 'collect.denied',
  })
  await expect(collect({ '/etc/ssl/private': { folder: true, denied: true } })).rejects.toMatchObject({
    code: 'collect.denied',
  })
})
