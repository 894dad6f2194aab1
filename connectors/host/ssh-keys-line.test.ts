import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { publicKey } from './ssh-keys-blob.ts'
import { parseAuthorizedKeys } from './ssh-keys-line.ts'

const KEY = 'AAAAC3NzaC1lZDI1NTE5AAAAIKsBJzLVDPiKNA4UyJrHJzqYWP5qDTMd27iDzmFqRCkN'
const line = `ssh-ed25519 ${KEY}`
const string = (data: Buffer | string) => {
  const bytes = Buffer.from(data)
  const size = Buffer.alloc(4)
  size.writeUInt32BE(bytes.length)
  return Buffer.concat([size, bytes])
}
const blob = (...parts: (Buffer | string)[]) => Buffer.concat(parts.map(string)).toString('base64')

describe('a line', () => {
  it.each([
    [line, { options: [], comment: '', certAuthority: false }],
    [`  \t${line} ada@laptop  with words\r`, { comment: 'ada@laptop  with words' }],
    [`ED25519 ${KEY} short name`, { comment: 'short name', keyType: 'ssh-ed25519' }],
    [`no-pty,No-X11-Forwarding ${line}`, { options: ['no-pty', 'no-x11-forwarding'] }],
    [`from="10.0.0.0/8,*.example.com" ${line}`, { options: ['from=10.0.0.0/8,*.example.com'] }],
    [`command="echo \\"a b\\", c",restrict ${line}`, { options: ['command', 'restrict'] }],
    [`environment="TOKEN=x",COMMAND="y" ${line}`, { options: ['environment', 'command'] }],
    [
      `cert-authority,principals="ops dev"\t${line}\tca`,
      { options: ['cert-authority', 'principals=ops dev'], certAuthority: true, comment: 'ca' },
    ],
    [
      `permitopen="[::1]:80",expiry-time="20270101" ${line}`,
      { options: ['permitopen=[::1]:80', 'expiry-time=20270101'] },
    ],
    [`${line} nul\0and\x1b[31mcolour`, { comment: 'nul and [31mcolour' }],
  ])('%j', (text, expected) => {
    expect(parseAuthorizedKeys(text)).toMatchObject([{ line: 1, ...expected }])
  })

  it.each([
    '',
    '# ssh-ed25519',
    'ssh-ed25519',
    `ssh-rsa ${KEY}`,
    `ssh-ed25519 ${KEY.slice(0, -4)}`,
    `ssh-ed25519 ${KEY}AAAA`,
    'ssh-ed25519 !!!!',
    `command="never closed ${line}`,
    `no-pty no-x11 ${line}`,
    `1024 35 1234567890 old protocol 1 key`,
    `ssh-ed25519-cert-v01@openssh.com ${blob('ssh-ed25519-cert-v01@openssh.com', 'nonce')}`,
  ])('without a key is skipped: %j', (text) => {
    expect(parseAuthorizedKeys(`${text}\n${line}`).map((key) => key.line)).toEqual([2])
  })
})

describe('a key', () => {
  it.each([
    [
      'rsa with a leading zero',
      blob('ssh-rsa', Buffer.from([1, 0, 1]), Buffer.concat([Buffer.from([0, 0x80]), Buffer.alloc(255, 1)])),
      2048,
    ],
    [
      'rsa of odd length',
      blob('ssh-rsa', Buffer.from([3]), Buffer.concat([Buffer.from([0x07]), Buffer.alloc(128, 1)])),
      1027,
    ],
    ['sk-ed25519', blob('sk-ssh-ed25519@openssh.com', Buffer.alloc(32, 7), 'ssh:'), 256],
    [
      'sk-ecdsa',
      blob(
        'sk-ecdsa-sha2-nistp256@openssh.com',
        'nistp256',
        Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 1)]),
        'ssh:',
      ),
      256,
    ],
    [
      'ecdsa 521',
      blob('ecdsa-sha2-nistp521', 'nistp521', Buffer.concat([Buffer.from([4]), Buffer.alloc(132, 1)])),
      521,
    ],
  ])('%s has its bits', (_what, base64, bits) => {
    expect(publicKey(base64)?.bits).toBe(bits)
  })

  it.each([
    [
      'the wrong curve',
      blob('ecdsa-sha2-nistp256', 'nistp384', Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 1)])),
    ],
    ['a short point', blob('ecdsa-sha2-nistp256', 'nistp256', Buffer.alloc(64, 4))],
    ['a negative modulus', blob('ssh-rsa', Buffer.from([3]), Buffer.from([0x80, 1]))],
    ['no modulus', blob('ssh-rsa', Buffer.from([3]))],
    ['a length beyond its end', Buffer.from([0, 0, 1, 0, 1]).toString('base64')],
    ['an unknown kind', blob('constructor', 'x')],
    ['bad padding', 'AAAA='],
  ])('with %s is none', (_what, base64) => {
    expect(publicKey(base64)).toBeNull()
  })
})

describe('hostile input', () => {
  it('never throws, and never takes more from a line than it may', () => {
    const piece = fc.constantFrom(
      line,
      'command="',
      '"',
      '\\"',
      ',',
      ' ',
      '\t',
      '\n',
      'restrict',
      '\0',
      'ssh-rsa',
      'AAAA',
      '=',
      '#',
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 8 })), { maxLength: 40 }), (pieces) => {
        for (const key of parseAuthorizedKeys(pieces.join(''))) {
          expect(key.fingerprint).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/)
          expect(key.comment).not.toMatch(/\p{Cc}/u)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('cuts comments and options that are made to be too long', () => {
    const [key] = parseAuthorizedKeys(`${'a,'.repeat(50_000)}from="${'1,'.repeat(9000)}" ${line} ${'c'.repeat(9000)}`)
    expect(key?.options).toHaveLength(100)
    expect(key?.comment.length).toBe(1024)
    expect(parseAuthorizedKeys(`from="${'1,'.repeat(9000)}" ${line}`)[0]?.options[0]?.length).toBe(1024)
  })

  it.each(['a', '"', ',', '\\', ' ', '\0', 'A', '="', 'ssh-rsa ', '\n '])(
    '1 MB of %j takes no more than a moment',
    (part) => {
      const long = part.repeat(Math.ceil(1_000_000 / part.length))
      for (const text of [long, `ssh-rsa ${long}`, `command="${long}`, `${long} ${line}`]) parseAuthorizedKeys(text)
    },
  )
})

const SSH_KEYGEN = '/usr/bin/ssh-keygen'
const missing = existsSync(SSH_KEYGEN) ? '' : ' (skipped: ssh-keygen is missing)'

describe.skipIf(missing !== '')(`against ssh-keygen -l${missing}`, () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'bergfried-keys-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('agrees on kind, bits, fingerprint and comment of new keys of every kind', () => {
    const kinds = [
      ['rsa', '1024'],
      ['rsa', '3072'],
      ['dsa', '1024'],
      ['ecdsa', '256'],
      ['ecdsa', '384'],
      ['ecdsa', '521'],
      ['ed25519', '256'],
    ] as const
    const made = kinds.flatMap(([type, bits]) => {
      const file = join(folder, `${type}-${bits}`)
      try {
        execFileSync(SSH_KEYGEN, ['-q', '-t', type, '-b', bits, '-N', '', '-C', `${type} of ${bits}`, '-f', file], {
          stdio: 'ignore',
        })
      } catch {
        // Newer releases refuse DSA.
        return []
      }
      return [readFileSync(`${file}.pub`, 'utf8').trim()]
    })
    expect(made.length).toBeGreaterThanOrEqual(6)
    const file = join(folder, 'authorized_keys')
    writeFileSync(file, made.map((key, at) => (at % 2 === 0 ? key : `restrict,command="a b" ${key}`)).join('\n'))
    const told = execFileSync(SSH_KEYGEN, ['-lf', file], { encoding: 'utf8' }).trim().split('\n')
    const ours = parseAuthorizedKeys(readFileSync(file, 'utf8')).map(
      (key) => `${key.bits} ${key.fingerprint} ${key.comment}`,
    )
    expect(ours).toEqual(told.map((one) => one.replace(/ \([A-Z0-9-]+\)$/, '')))
  })
})
