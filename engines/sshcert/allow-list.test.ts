import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { type AllowedLogin, type AllowList, openAllowList, signAllowList } from './allow-list.ts'
import { SshError } from './errors.ts'
import { fingerprint } from './fingerprint.ts'
import { keyObjectSigner } from './key-object-signer.ts'
import { answerPrincipals, checkFresh, type HostState, type LoginQuestion } from './principals-answer.ts'
import { NOW, thrown } from './testing/certificates.ts'
import { PRIVATE_KEYS, signerOf } from './testing/keys.ts'

const SIGNER = signerOf(8)
const CA = fingerprint(signerOf(1).key)
const ENTRY: AllowedLogin = {
  account: 'deploy',
  keyId: 'grant-4711',
  until: NOW + 3600n,
  principals: ['role:prod-ssh', 'a'],
}
const LIST: AllowList = { host: 'web1', authority: CA, version: 4n, issued: NOW, maxAge: 300n, entries: [ENTRY] }
const QUESTION: LoginQuestion = { account: 'deploy', keyId: 'grant-4711', serial: 7n, authority: CA }
const HOST: HostState = { host: 'web1', at: NOW + 10n, knownVersion: 4n }
const TEXT = await signAllowList(LIST, SIGNER)
const BODY = TEXT.slice(0, TEXT.indexOf('signature '))

describe('a signed list', () => {
  it('is a text that people can read, and opens to what was signed', () => {
    expect(BODY).toBe(
      `bergfried-allow-list 1\nhost web1\nauthority ${CA}\nversion 4\nissued 1767225600\nmax-age 300\nallow deploy grant-4711 1767229200 a,role:prod-ssh\n`,
    )
    const opened = openAllowList(TEXT, [signerOf(9).key, SIGNER.key])
    expect(opened).toEqual({ ...LIST, entries: [{ ...ENTRY, principals: ['a', 'role:prod-ssh'] }] })
  })

  it('opens under no other key', () => {
    expect(thrown(() => openAllowList(TEXT, [signerOf(9).key]))).toMatchObject({ code: 'unverified' })
    expect(thrown(() => openAllowList(TEXT, []))).toMatchObject({ code: 'unverified' })
  })

  it('opens with no bit changed, nothing cut off and nothing put on', () => {
    const bytes = Buffer.from(TEXT, 'latin1')
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(thrown(() => openAllowList(changed.toString('latin1'), [SIGNER.key]))).toBeInstanceOf(SshError)
    }
    for (let length = 0; length < TEXT.length; length++) {
      expect(thrown(() => openAllowList(TEXT.slice(0, length), [SIGNER.key]))).toBeInstanceOf(SshError)
    }
    for (const text of [`${TEXT}\n`, `\n${TEXT}`, TEXT.replaceAll('\n', '\r\n'), TEXT + TEXT]) {
      expect(thrown(() => openAllowList(text, [SIGNER.key]))).toBeInstanceOf(SshError)
    }
  })

  it.each([
    ['two lines for one login', { entries: [ENTRY, { ...ENTRY, until: NOW }] }],
    ['a login for nobody', { entries: [{ ...ENTRY, principals: [] }] }],
    ['a principal that is two lines', { entries: [{ ...ENTRY, principals: ['a\nroot'] }] }],
    ['a principal that is a comment', { entries: [{ ...ENTRY, principals: ['#a'] }] }],
    ['a key id with blanks', { entries: [{ ...ENTRY, keyId: 'a b' }] }],
    ['an account that is none', { entries: [{ ...ENTRY, account: '../root' }] }],
    ['an end before time began', { entries: [{ ...ENTRY, until: -1n }] }],
    ['a host with a line end', { host: 'a\nb' }],
    ['version 0', { version: 0n }],
    ['no maximum age', { maxAge: 0n }],
    ['an authority that is no fingerprint', { authority: 'MD5:00' }],
  ])('is not made with %s', async (_, changes) => {
    await expect(signAllowList({ ...LIST, ...changes }, SIGNER)).rejects.toBeInstanceOf(SshError)
  })

  it('is signed with Ed25519 and by the key that is named', async () => {
    const rsa = PRIVATE_KEYS['ssh-rsa']
    if (rsa === undefined) throw new Error('no key')
    await expect(signAllowList(LIST, keyObjectSigner(rsa))).rejects.toMatchObject({ code: 'refused' })
    await expect(signAllowList(LIST, { key: SIGNER.key, sign: signerOf(9).sign })).rejects.toMatchObject({
      code: 'unverified',
    })
  })

  const name = fc.stringMatching(/^[a-z_][a-z0-9_-]{0,9}$/)
  const entry = fc.record({
    account: name,
    keyId: fc.stringMatching(/^[!-~]{1,20}$/),
    until: fc.bigInt({ min: 0n, max: 2n ** 53n - 1n }),
    principals: fc.uniqueArray(fc.stringMatching(/^[a-z:@.]{1,10}$/), { minLength: 1, maxLength: 4 }),
  })
  const entries = fc.uniqueArray(entry, { maxLength: 30, selector: ({ account, keyId }) => `${account} ${keyId}` })
  property.prop([entries])('answers for each of its logins and for no other', async (logins) => {
    const opened = openAllowList(await signAllowList({ ...LIST, entries: logins }, SIGNER), [SIGNER.key])
    for (const { account, keyId, until, principals } of logins) {
      const { text } = answerPrincipals(opened, { ...QUESTION, account, keyId }, HOST)
      expect(text).toBe(
        until > HOST.at
          ? [...principals]
              .sort()
              .map((one) => `${one}\n`)
              .join('')
          : '',
      )
      const other = { ...QUESTION, account: `${account}$`, keyId }
      expect(answerPrincipals(opened, other, HOST).text).toBe('')
    }
  })
})

describe('the answer to sshd', () => {
  it('is the principals of the login, a line each', () => {
    expect(answerPrincipals(LIST, QUESTION, HOST)).toEqual({ text: 'role:prod-ssh\na\n', age: 10n, stale: false })
  })

  it.each([
    ['another account', { account: 'root' }],
    ['another key id', { keyId: 'grant-4712' }],
    ['another authority', { authority: fingerprint(signerOf(3).key) }],
    ['a certificate without a serial', { serial: 0n }],
  ])('is empty for %s', (_, changes) => {
    expect(answerPrincipals(LIST, { ...QUESTION, ...changes }, HOST).text).toBe('')
  })

  it('is empty from the end of the grant on', () => {
    const list = { ...LIST, maxAge: 10_000n }
    expect(answerPrincipals(list, QUESTION, { ...HOST, at: ENTRY.until - 1n }).text).not.toBe('')
    expect(answerPrincipals(list, QUESTION, { ...HOST, at: ENTRY.until }).text).toBe('')
  })

  it('is refused from a stale list, unless a grace is given, and then says that it is stale', () => {
    const at = NOW + 301n
    expect(answerPrincipals(LIST, QUESTION, { ...HOST, at: NOW + 300n }).stale).toBe(false)
    expect(thrown(() => answerPrincipals(LIST, QUESTION, { ...HOST, at }))).toMatchObject({ code: 'stale' })
    expect(answerPrincipals(LIST, QUESTION, { ...HOST, at, graceSeconds: 60n })).toMatchObject({
      stale: true,
      age: 301n,
    })
    const later = { ...HOST, at: NOW + 361n, graceSeconds: 60n }
    expect(thrown(() => answerPrincipals(LIST, QUESTION, later))).toMatchObject({ code: 'stale' })
  })

  it('is refused from a list that is older than one that was seen, of another host, or of the future', () => {
    expect(checkFresh(LIST, { ...HOST, knownVersion: 3n })).toEqual({ age: 10n, stale: false })
    expect(thrown(() => checkFresh(LIST, { ...HOST, knownVersion: 5n }))).toMatchObject({ code: 'rollback' })
    expect(thrown(() => checkFresh(LIST, { ...HOST, host: 'web2' }))).toMatchObject({ code: 'refused' })
    expect(checkFresh(LIST, { ...HOST, at: NOW - 60n }).age).toBe(-60n)
    expect(thrown(() => checkFresh(LIST, { ...HOST, at: NOW - 61n }))).toMatchObject({ code: 'rollback' })
  })
})
