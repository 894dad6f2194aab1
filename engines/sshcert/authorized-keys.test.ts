import { fc, test as property } from '@fast-check/vitest'
import { afterAll, describe, expect, it } from 'vitest'
import { formatAuthorizedKey, parseAuthorizedKey, parseAuthorizedKeys } from './authorized-keys.ts'
import { fingerprint } from './fingerprint.ts'
import { formatOptions, type KeyOption } from './option-list.ts'
import { formatPublicKey } from './public-key.ts'
import { thrown } from './testing/certificates.ts'
import { PUBLIC_KEYS, publicOf } from './testing/keys.ts'
import { SshKeygen } from './testing/ssh-keygen.ts'

const keygen = new SshKeygen()
afterAll(() => keygen[Symbol.dispose]())

const KEY = publicOf(1)
const LINE = formatPublicKey(KEY, 'anna @ laptop')

describe('a line of authorized_keys', () => {
  it('is read without options, with type, key and comment', () => {
    const { key, comment, options, effective } = parseAuthorizedKey(LINE)
    expect([key, comment, options]).toEqual([KEY, 'anna @ laptop', []])
    expect(effective).toMatchObject({ certAuthority: false, principals: null, expiry: null, verifyRequired: false })
    expect(Object.values(effective.permits)).toEqual([true, true, true, true, true])
  })

  it('is read with every option of sshd, in quotes with commas, blanks and quotes', () => {
    const text = `CERT-AUTHORITY,principals="role:prod,anna",expiry-time="20260101Z",from="10.0.0.0/8,!10.0.0.1",restrict,pty,command="echo \\"a, b\\" \\\\ c",environment="A=1",environment="B=2",permitopen="db:5432",permitlisten="8080",tunnel="0",no-touch-required,verify-required ${LINE}`
    const entry = parseAuthorizedKey(text)
    expect(entry.effective).toEqual({
      certAuthority: true,
      principals: ['role:prod', 'anna'],
      command: 'echo "a, b" \\\\ c',
      from: '10.0.0.0/8,!10.0.0.1',
      expiry: { seconds: 1_767_225_600n, zone: 'utc' },
      permits: { pty: true, portForwarding: false, agentForwarding: false, x11Forwarding: false, userRc: false },
      touchRequired: false,
      verifyRequired: true,
      environment: ['A=1', 'B=2'],
      permitOpen: ['db:5432'],
      permitListen: ['8080'],
      tunnel: '0',
    })
    expect(formatAuthorizedKey(entry)).toBe(text)
  })

  it('takes options in their order: restrict takes back what stood before it', () => {
    expect(parseAuthorizedKey(`pty,restrict ${LINE}`).effective.permits.pty).toBe(false)
    expect(parseAuthorizedKey(`restrict,pty ${LINE}`).effective.permits.pty).toBe(true)
    expect(parseAuthorizedKey(`no-pty,No-Port-Forwarding ${LINE}`).effective.permits).toMatchObject({
      pty: false,
      portForwarding: false,
      agentForwarding: true,
    })
  })

  it('counts up to the earliest of its times', () => {
    const text = `expiry-time="20270101Z",expiry-time="20260101Z" ${LINE}`
    expect(parseAuthorizedKey(text).effective.expiry?.seconds).toBe(1_767_225_600n)
  })

  it.each([
    ['an option that sshd does not know', 'odd', 'refused'],
    ['a command twice', 'command="a",command="b"', 'refused'],
    ['principals twice', 'principals="a",principals="b"', 'refused'],
    ['times of two zones', 'expiry-time="20260101",expiry-time="20260101Z"', 'refused'],
    ['a flag with a value', 'restrict="yes"', 'malformed'],
    ['a command without one', 'command', 'malformed'],
    ['a value without quotes', 'command=ls', 'malformed'],
    ['a quote that does not end', 'command="ls', 'malformed'],
    ['a comma at the end', 'pty,', 'malformed'],
    ['a day that is none', 'expiry-time="20260230"', 'malformed'],
    ['cert-authority taken back', 'no-cert-authority', 'refused'],
  ])('is refused with %s', (_, options, code) => {
    expect(thrown(() => parseAuthorizedKey(`${options} ${LINE}`))).toMatchObject({ code })
  })

  it('is not written with a value that would end elsewhere', () => {
    for (const value of ['a\\', 'a\nb']) {
      const options: readonly KeyOption[] = [{ name: 'command', value }]
      expect(thrown(() => formatAuthorizedKey({ key: KEY, comment: '', options }))).toMatchObject({ code: 'malformed' })
    }
    const options: readonly KeyOption[] = [{ name: 'odd', value: null }]
    expect(thrown(() => formatAuthorizedKey({ key: KEY, comment: '', options }))).toMatchObject({ code: 'refused' })
  })

  const value = fc.stringMatching(/^[ -~]{0,30}$/).filter((text) => !text.endsWith('\\'))
  const option = fc.oneof(
    fc.record({ name: fc.constantFrom('environment', 'permitopen', 'tunnel'), value }),
    fc.record({ name: fc.constantFrom('pty', 'restrict', 'no-pty', 'user-rc'), value: fc.constant(null) }),
  )
  property.prop([fc.array(fc.array(option, { minLength: 1, maxLength: 5 }), { minLength: 5, maxLength: 5 })], {
    numRuns: 20,
  })('with random options is found where ssh-keygen finds it, and read as it was written', (lists) => {
    const entries = lists.map((options, i) => ({ key: PUBLIC_KEYS[i] ?? KEY, comment: `c${i}`, options }))
    const file = entries.map((entry) => `${formatAuthorizedKey(entry)}\n`).join('')
    const listed = keygen.must(['-l', '-f', keygen.file(file)])
    expect([...listed.matchAll(/SHA256:\S+/g)].map(([found]) => found)).toEqual(
      entries.map(({ key }) => fingerprint(key)),
    )
    const read = parseAuthorizedKeys(file).map(({ entry }) => entry)
    expect(read).toMatchObject(entries)
    expect(read.map((entry) => formatOptions(entry?.options ?? []))).toEqual(lists.map(formatOptions))
  })
})

it('a file keeps every line that could hold a key, by its number, with why it cannot be read', () => {
  const file = `# keys\n\n${LINE}\r\n \t${LINE}\nodd ${LINE}\nssh-dss AAAAB3NzaC1kc3M= old\nnonsense\n`
  expect(parseAuthorizedKeys(file).map(({ line, entry, error }) => [line, entry?.comment, error?.code])).toEqual([
    [3, 'anna @ laptop', undefined],
    [4, 'anna @ laptop', undefined],
    [5, undefined, 'refused'],
    [6, undefined, 'unsupported'],
    [7, undefined, 'malformed'],
  ])
})
