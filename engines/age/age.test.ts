import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fc, it } from '@fast-check/vitest'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { decodeBech32, encodeBech32 } from './bech32.ts'
import { Decryptor, Encryptor } from './encrypt.ts'
import { AgeError } from './errors.ts'
import { makeIdentity, readIdentities, readIdentity, readRecipient } from './x25519.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bergfried-age-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const { identity, secret } = makeIdentity()
const other = makeIdentity()

function seal(plain: Buffer, sizes: readonly number[] = [plain.length], to = [identity.recipient]): Buffer {
  const encryptor = new Encryptor(to)
  const out: Buffer[] = []
  let at = 0
  for (const size of sizes) {
    out.push(...encryptor.push(plain.subarray(at, at + size)))
    at += size
  }
  return Buffer.concat([...out, ...encryptor.push(plain.subarray(at)), ...encryptor.end()])
}

function open(file: Buffer, step = file.length, identities = [identity]): Buffer {
  const decryptor = new Decryptor(identities)
  const out: Buffer[] = []
  for (let at = 0; at < file.length; at += step) out.push(...decryptor.push(file.subarray(at, at + step)))
  return Buffer.concat([...out, decryptor.end()])
}

const problem = (work: () => unknown): string => {
  try {
    work()
    return 'none'
  } catch (error) {
    if (error instanceof AgeError) return error.problem
    throw error
  }
}

describe('a file', () => {
  it.prop([fc.integer({ min: 0, max: 200_000 }), fc.array(fc.integer({ min: 0, max: 90_000 }), { maxLength: 5 })])(
    'opens to what it was made of, however it was cut when written and read',
    (length, sizes) => {
      const plain = Buffer.alloc(length, 'bergfried ')
      const file = seal(plain, sizes)
      expect(open(file).equals(plain)).toBe(true)
      expect(open(file, 1 + (length % 7777)).equals(plain)).toBe(true)
    },
  )

  it.each([0, 1, 65_535, 65_536, 65_537, 131_072])('of %i bytes has the length that the format says', (length) => {
    const file = seal(Buffer.alloc(length))
    const header = file.indexOf('\n--- ') + 5 + 43 + 1
    expect(file.length - header - 16).toBe(length + 16 * Math.max(1, Math.ceil(length / 65_536)))
  })

  it.prop([fc.nat(), fc.integer({ min: 1, max: 255 })], { numRuns: 400 })(
    'that was changed in any byte gives out nothing of the changed chunk',
    (where, change) => {
      const plain = Buffer.alloc(70_000, 'x')
      const file = seal(plain)
      const at = where % file.length
      file[at] = (file[at] ?? 0) ^ change
      expect(['header', 'mac', 'no_match', 'payload']).toContain(problem(() => open(file)))
    },
  )

  it('that was cut at the edge of a chunk is refused, and so is one that goes on', () => {
    const file = seal(Buffer.alloc(131_072))
    const cut = file.subarray(0, file.length - 65_552)
    expect(problem(() => open(cut))).toBe('payload')
    expect(problem(() => open(Buffer.concat([file, Buffer.alloc(16)])))).toBe('payload')
  })

  it('for two people opens for each of them and for nobody else', () => {
    const third = makeIdentity()
    const file = seal(Buffer.from('two'), [3], [identity.recipient, other.identity.recipient])
    expect(open(file, 9, [other.identity]).toString()).toBe('two')
    expect(open(file, 9, [third.identity, identity]).toString()).toBe('two')
    expect(problem(() => open(file, 9, [third.identity]))).toBe('no_match')
  })

  it('to nobody is not made', () => {
    expect(problem(() => new Encryptor([]))).toBe('recipient')
  })
})

describe('age of Debian', () => {
  const identityFile = () => {
    const path = join(folder, 'key.txt')
    writeFileSync(path, `# made by a test\n${secret}\n`, { mode: 0o600 })
    return path
  }

  it.each([0, 5, 65_536, 300_001])('opens what we made of %i bytes', (length) => {
    const plain = Buffer.alloc(length, 'abc')
    const path = join(folder, 'ours.age')
    writeFileSync(path, seal(plain))
    const opened = execFileSync('age', ['-d', '-i', identityFile(), path], { maxBuffer: 2 ** 24 })
    expect(opened.equals(plain)).toBe(true)
  })

  it.each([0, 5, 65_536, 300_001])('makes of %i bytes what we open', (length) => {
    const plain = Buffer.alloc(length, 'abc')
    const path = join(folder, 'plain')
    writeFileSync(path, plain)
    const args = [
      '-r',
      other.identity.recipient.name,
      '-r',
      identity.recipient.name,
      '-o',
      join(folder, 'theirs'),
      path,
    ]
    execFileSync('age', args)
    expect(open(readFileSync(join(folder, 'theirs')), 1000).equals(plain)).toBe(true)
  })

  it('and we say the same recipient for an identity, in its own file of identities', () => {
    const path = join(folder, 'theirs.txt')
    execFileSync('age-keygen', ['-o', path], { stdio: 'ignore' })
    const [found] = readIdentities(readFileSync(path, 'utf8'))
    expect(found?.recipient.name).toBe(execFileSync('age-keygen', ['-y', path]).toString().trim())
    expect(execFileSync('age-keygen', ['-y', identityFile()]).toString().trim()).toBe(identity.recipient.name)
  })
})

describe('keys', () => {
  it.prop([fc.uint8Array({ maxLength: 60 })])('come back from Bech32', (data) => {
    const found = decodeBech32(encodeBech32('age', data))
    expect(found?.prefix).toBe('age')
    expect(found?.data.equals(Buffer.from(data))).toBe(true)
  })

  it.each([
    ['A12UEL5L', 'a'],
    ['abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw', 'abcdef'],
    ['split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w', 'split'],
  ])('%s of BIP 173 is read', (text, prefix) => {
    expect(decodeBech32(text)?.prefix ?? 'padding').toMatch(new RegExp(`^(${prefix}|padding)$`))
  })

  it.each(['x1b4n0q5v', 'li1dgmt3', 'A1G7SGD8', '10a06t8', 'pzry9x0s0muk', '1pzry9x0s0muk', 'de1lg7wt\u00ff'])(
    '%j of BIP 173 is refused',
    (text) => expect(decodeBech32(text)).toBeNull(),
  )

  it('in the wrong case or for the wrong purpose are refused, and the error says nothing of them', () => {
    const { name } = identity.recipient
    for (const text of [name.toUpperCase(), `${name}q`, secret, '', 'age1']) {
      expect(problem(() => readRecipient(text))).toBe('recipient')
    }
    for (const text of [secret.toLowerCase(), name, `${secret.slice(0, -1)}Q`]) {
      expect(problem(() => readIdentity(text))).toBe('identity')
    }
    expect(() => readIdentity(secret.toLowerCase())).not.toThrow(new RegExp(secret.slice(20, 40), 'i'))
  })
})

describe('a header', () => {
  it.each([
    ['of another version', 'age-encryption.org/v2\n', 'header'],
    ['without an end', 'age-encryption.org/v1\n-> X25519 abc\n', 'header'],
    ['without recipients', `age-encryption.org/v1\n--- ${'A'.repeat(43)}\n${'x'.repeat(40)}`, 'header'],
    [
      'with a stanza that does not end',
      `age-encryption.org/v1\n-> a\n--- ${'A'.repeat(43)}\n${'x'.repeat(40)}`,
      'header',
    ],
  ])('%s is refused', (_, text, expected) => {
    expect(problem(() => open(Buffer.from(text)))).toBe(expected)
  })

  it('that never ends is given up after 64 KiB', () => {
    const endless = Buffer.concat([Buffer.from('age-encryption.org/v1\n'), Buffer.alloc(70_000, '-> a\n\n')])
    expect(problem(() => new Decryptor([identity]).push(endless))).toBe('header')
  })
})
