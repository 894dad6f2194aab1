import { expect, it } from 'vitest'
import { collectFacts, memoryFiles } from '../../kernel/testing/collect-facts.ts'
import { memoryTransport } from '../../kernel/testing/memory-transport.ts'
import { hostAccountsConnector } from './accounts.connector.ts'

const files = memoryFiles(new URL('../../fixtures/host-accounts/debian-12', import.meta.url).pathname)
const collect = (more: Parameters<typeof memoryTransport>[0] = {}) =>
  collectFacts(hostAccountsConnector, memoryTransport({ files: { ...files, ...more.files } }))

it('reports accounts with what their shell and their number say', async () => {
  const rows = (await collect()).rows('host_user')
  expect(rows).toHaveLength(14)
  expect(
    rows.map((row) => `${row.account} ${row.loginShell ? 'login' : '-'} ${row.systemAccount ? 'system' : '-'}`),
  ).toEqual([
    'root login -',
    'daemon - system',
    'sync - system',
    'man - system',
    'www-data - system',
    'nobody - system',
    'sshd - system',
    'postgres login system',
    'git login system',
    'ada login -',
    'bert login -',
    'cleo login -',
    'toor login system',
    'legacy login -',
  ])
  expect(rows[9]).toEqual({
    account: 'ada',
    uid: 1000,
    gid: 1000,
    home: '/home/ada',
    shell: '/bin/bash',
    loginShell: true,
    systemAccount: false,
  })
})

it('counts accounts among the members of their primary group', async () => {
  const rows = (await collect()).rows('host_group')
  const members = (name: string) => rows.find((row) => row.groupName === name)?.members
  expect(members('sudo')).toEqual(['ada', 'bert'])
  expect(members('root')).toEqual(['root', 'toor'])
  expect(members('nogroup')).toEqual(['sync', 'nobody', 'sshd'])
  expect(members('deploy')).toEqual(['ada', 'ghost'])
})

it('reports the state of passwords, also of those in passwd itself', async () => {
  const rows = (await collect()).rows('host_password')
  const of = (account: string) => rows.filter((row) => row.account === account)
  expect(of('ada')).toEqual([
    {
      account: 'ada',
      state: 'set',
      scheme: 'yescrypt',
      changedOn: '2025-08-20',
      maxDays: 365,
      expiresOn: '2027-07-01',
    },
  ])
  expect(of('postgres')).toMatchObject([{ state: 'locked', scheme: 'sha512crypt' }])
  expect(of('git')).toMatchObject([{ state: 'set', scheme: 'md5crypt', maxDays: null }])
  expect(of('cleo')).toMatchObject([{ state: 'none', scheme: null }])
  expect(of('toor')).toMatchObject([{ state: 'none', scheme: null }])
  expect(of('legacy')).toMatchObject([{ state: 'set', scheme: 'des', changedOn: '2025-08-30' }])
  expect(of('www-data')).toMatchObject([{ state: 'disabled', maxDays: null }])
})

it('takes an account without a line in shadow as one that no password opens', async () => {
  const found = await collect({ files: { '/etc/shadow': 'root:*:20200::::::\n' } })
  expect(found.rows('host_password').find((row) => row.account === 'ada')).toMatchObject({
    state: 'disabled',
    scheme: null,
  })
})

it('keeps going without the passwords where shadow may not be read', async () => {
  const found = await collect({ files: { '/etc/shadow': { content: '', denied: true } } })
  expect(found.rows('host_password')).toEqual([])
  expect(found.failures.get('host_password')).toMatchObject({ code: 'collect.denied', detail: { what: '/etc/shadow' } })
  expect([...found.failures.keys()]).toEqual(['host_password'])
  expect(found.rows('host_user')).toHaveLength(14)
})

it('fails as a whole where passwd is malformed, and for groups alone where group is', async () => {
  await expect(collect({ files: { '/etc/passwd': 'root:x:0\n' } })).rejects.toMatchObject({ code: 'collect.parse' })
  const found = await collect({ files: { '/etc/group': 'root\n' } })
  expect([...found.failures.keys()]).toEqual(['host_group'])
})

it('takes over the range of login.defs', async () => {
  const found = await collect({ files: { '/etc/login.defs': 'UID_MIN 1001\n' } })
  expect(found.rows('host_user').find((row) => row.account === 'ada')?.systemAccount).toBe(true)
})

it('never lets a hash out', async () => {
  const { text } = await collect()
  for (const line of String(files['/etc/shadow']).split('\n')) {
    const hash = line.split(':')[1] ?? ''
    if (hash.length > 3) expect(text).not.toContain(hash.slice(-10))
  }
  expect(text).not.toContain('abJnggxhB')
})
