import { expect, it } from 'vitest'
import { collectFacts } from '../../kernel/testing/collect-facts.ts'
import { type MemoryEntry, memoryTransport } from '../../kernel/testing/memory-transport.ts'
import { hostPermissionsConnector } from './permissions.connector.ts'

const accounts = {
  '/etc/passwd': [
    'root:x:0:0::/root:/bin/bash',
    'www:x:33:33::/var/www:/usr/sbin/nologin',
    'ada:x:1000:1000::/home/ada:/bin/bash',
    'bert:x:1001:1001::/home/bert/:/bin/zsh',
    'cleo:x:1002:1002::/gone:/bin/zsh',
    '+nis::::::',
  ].join('\n'),
  '/etc/group': 'root:x:0:\nshadow:x:42:\nada:x:1000:\n',
}
const collect = async (files: Record<string, MemoryEntry>) =>
  (await collectFacts(hostPermissionsConnector, memoryTransport({ files: { ...accounts, ...files } })))
    .rows('file_permission')
    .map((row) => Object.values(row).join(' '))

it('reports system files and the homes of login accounts that exist', async () => {
  expect(
    await collect({
      '/etc/shadow': { content: '', mode: '0640', gid: 42, denied: true },
      '/etc/sudoers.d': { folder: true, mode: '0750' },
      '/tmp': { folder: true, mode: '1777' },
      '/var/www/x': '',
      '/home/ada': { folder: true, mode: '0700', uid: 1000, gid: 1000 },
      '/home/ada/.ssh': { folder: true, mode: '0777', uid: 1000, gid: 1000 },
      '/home/ada/.ssh/authorized_keys': { content: '', mode: '0666', uid: 1000, gid: 77 },
      '/home/bert': { folder: true, mode: '0755', uid: 1001, gid: 1001 },
      '/root': { folder: true, mode: '0700' },
    }),
  ).toEqual([
    '/etc/passwd root root 0644 file',
    '/etc/group root root 0644 file',
    '/etc/shadow root shadow 0640 file',
    '/etc/sudoers.d root root 0750 folder',
    '/root root root 0700 folder',
    '/tmp root root 1777 folder',
    '/home/ada ada ada 0700 folder',
    '/home/ada/.ssh ada ada 0777 folder',
    '/home/ada/.ssh/authorized_keys ada 77 0666 file',
    '/home/bert bert 1001 0755 folder',
  ])
})

it('reports what a link leads to, and a link that leads nowhere as a link', async () => {
  const rows = await collect({
    '/etc/ssh/sshd_config': { link: '../site/sshd' },
    '/etc/site/sshd': { content: '', mode: '0666', uid: 1000 },
    '/etc/crontab': { link: '/nothing' },
  })
  expect(rows.slice(2)).toEqual(['/etc/ssh/sshd_config ada root 0666 file', '/etc/crontab root root 0777 link'])
})

it('fails where links go round in circles', async () => {
  const files: Record<string, MemoryEntry> = {
    '/etc/crontab': { link: '/etc/cron.d' },
    '/etc/cron.d': { link: '/etc/crontab' },
  }
  await expect(collect(files)).rejects.toMatchObject({ code: 'collect.unreadable', detail: { reason: 'ELOOP' } })
})
