import { describe, expect, it } from 'vitest'
import { collectFacts, memoryFiles } from '../../kernel/testing/collect-facts.ts'
import { type MemoryEntry, memoryTransport } from '../../kernel/testing/memory-transport.ts'
import { hostSudoConnector } from './sudo.connector.ts'

const debian = memoryFiles(new URL('../../fixtures/host-accounts/debian-12', import.meta.url).pathname)
const collect = (files: Record<string, MemoryEntry>) => collectFacts(hostSudoConnector, memoryTransport({ files }))

it('reads the rules of a Debian host with a file of its own in sudoers.d', async () => {
  const found = await collect(debian)
  const rows = found.rows('host_sudo_rule')
  expect(found.text).not.toContain('mallory')
  expect(rows[0]).toEqual({
    file: '/etc/sudoers',
    line: 47,
    subjectKind: 'user',
    subject: 'root',
    hosts: ['ALL'],
    runAs: ['ALL', ':ALL'],
    commands: ['ALL'],
    noPassword: false,
    tags: [],
  })
  const shop = ['/usr/bin/systemctl restart shop', '/usr/bin/systemctl status shop']
  const own = { file: '/etc/sudoers.d/90-operations', hosts: ['ALL'] }
  const operations = [
    { ...own, line: 7, runAs: ['root'], commands: shop, noPassword: true, tags: [] },
    {
      ...own,
      line: 7,
      runAs: ['root'],
      commands: ['/usr/bin/less /var/log/shop:*'],
      noPassword: false,
      tags: ['NOEXEC'],
    },
    {
      ...own,
      line: 7,
      runAs: ['ALL', ':ALL'],
      commands: ['ALL', '!/bin/sh', '!/bin/bash'],
      noPassword: false,
      tags: ['NOEXEC'],
    },
  ]
  const digest = 'sha256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='
  expect(rows.slice(2)).toEqual([
    ...operations.flatMap((row) => [
      { ...row, subjectKind: 'user', subject: 'bert' },
      { ...row, subjectKind: 'group', subject: 'deploy' },
    ]),
    {
      ...own,
      line: 8,
      subjectKind: 'uid',
      subject: '1002',
      runAs: ['postgres', ':postgres'],
      commands: [`${digest} /usr/local/bin/dump ""`],
      noPassword: false,
      tags: [],
    },
    {
      ...own,
      line: 9,
      subjectKind: 'netgroup',
      subject: 'admins',
      hosts: ['web*.example.com', '10.0.0.0/8', '2001:db8::/32'],
      runAs: ['root'],
      commands: ['sudoedit /etc/hosts'],
      noPassword: false,
      tags: ['TIMEOUT=10m'],
    },
  ])
  expect(
    found
      .rows('host_sudo_setting')
      .map((row) => `${row.scope} ${row.negated ? '!' : ''}${row.setting} ${row.value ?? ''}`),
  ).toEqual([
    ' env_reset ',
    ' mail_badpass ',
    ' secure_path /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    ' use_pty ',
    ':OPERATIONS !requiretty ',
    ':OPERATIONS timestamp_timeout 15',
  ])
})

it('says nothing where sudo is not in use', async () => {
  expect((await collect({ '/etc/passwd': '' })).text).toBe('[]')
})

describe('includes', () => {
  it('are found beside the file, by the short host name, and in folders by sorted plain names', async () => {
    const found = await collect({
      '/proc/sys/kernel/hostname': 'web1.example.com\n',
      '/etc/sudoers': '@include sudoers.%h\n#includedir /etc/s\n@includedir /nowhere\n',
      '/etc/sudoers.web1': 'a ALL=ALL',
      '/etc/s/z': 'z ALL=ALL',
      '/etc/s/10-b': { link: '../elsewhere' },
      '/etc/elsewhere': 'b ALL=ALL',
      '/etc/s/gone': { link: '/nothing' },
      '/etc/s/folder': { folder: true },
      '/etc/s/x~': 'no ALL=ALL',
      '/etc/s/x.conf': 'no ALL=ALL',
    })
    expect(found.rows('host_sudo_rule').map((row) => `${row.file} ${row.subject}`)).toEqual([
      '/etc/sudoers.web1 a',
      '/etc/s/10-b b',
      '/etc/s/z z',
    ])
  })

  it.each([
    [
      'a file that is not there',
      { '/etc/sudoers': '@include /gone\n' },
      { code: 'collect.unreadable', detail: { what: '/gone' } },
    ],
    [
      'a file that may not be read',
      { '/etc/sudoers': '@includedir /d\n', '/d/a': { content: '', denied: true } },
      { code: 'collect.denied', detail: { what: '/d/a' } },
    ],
    [
      'itself',
      { '/etc/sudoers': '\n@include /a\n', '/a': '@include /etc/sudoers\n' },
      { code: 'collect.parse', detail: { what: '/a', line: 1 } },
    ],
    [
      'a file with an error',
      { '/etc/sudoers': '@include /a\n', '/a': 'x\n' },
      { code: 'collect.parse', detail: { what: '/a', line: 1 } },
    ],
  ])('of %s are a failure', async (_what, files, expected) => {
    await expect(collect(files)).rejects.toMatchObject(expected)
  })

  it('end at 128 levels and 1000 files', async () => {
    const chain = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`/f${n}`, `@include /f${n + 1}\n`]))
    await expect(collect({ '/etc/sudoers': '@include /f0\n', ...chain })).rejects.toMatchObject({
      code: 'collect.parse',
    })
    const doubling = Object.fromEntries(
      Array.from({ length: 100 }, (_, n) => [`/f${n}`, `@include /f${n + 1}\n@include /f${n + 1}\n`]),
    )
    await expect(collect({ '/etc/sudoers': '@include /f0\n', ...doubling, '/f100': '' })).rejects.toMatchObject({
      code: 'collect.too_large',
    })
  })
})
