import { expect, it } from 'vitest'
import { collectFacts, memoryFiles } from '../../kernel/testing/collect-facts.ts'
import { type MemoryEntry, memoryTransport } from '../../kernel/testing/memory-transport.ts'
import { hostSshKeysConnector } from './ssh-keys.connector.ts'

const debian = memoryFiles(new URL('../../fixtures/host-accounts/debian-12', import.meta.url).pathname)
const collect = (files: Record<string, MemoryEntry>) => collectFacts(hostSshKeysConnector, memoryTransport({ files }))
const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKsBJzLVDPiKNA4UyJrHJzqYWP5qDTMd27iDzmFqRCkN k'
const small = {
  '/etc/passwd': 'root:x:0:0::/root:/bin/sh\nada:x:1000:1000::/home/ada:/bin/sh\ngit:x:1001:1001::/srv/git:/bin/sh\n',
  '/etc/group': 'root:x:0:\nada:x:1000:\ngit:x:1001:\nsftp:x:50:git\n',
}
const where = async (files: Record<string, MemoryEntry>) =>
  (await collect({ ...small, ...files })).rows('ssh_authorized_key').map((row) => `${row.account} ${row.file}`)

it('reads the keys of a Debian host, those of a Match block included', async () => {
  const found = await collect(debian)
  expect(found.failures.size).toBe(0)
  const file = '/home/ada/.ssh/authorized_keys'
  const none = { certAuthority: false, options: [] }
  expect(found.rows('ssh_authorized_key')).toEqual([
    {
      ...none,
      account: 'git',
      file: '/etc/ssh/keys/git',
      line: 1,
      keyType: 'ssh-rsa',
      bits: 3072,
      comment: 'git-mirror',
      fingerprint: 'SHA256:7uznUNVtSt71XwBAPFsS0kvbsyVOLC2dCZ1nlRQWKV8',
    },
    {
      ...none,
      account: 'ada',
      file,
      line: 2,
      keyType: 'ssh-ed25519',
      bits: 256,
      comment: 'ada@laptop',
      fingerprint: 'SHA256:Fbu5lQPC/JCC5ASMJ1Q+BCoHw5J5EGyyb0z7ntQ//CQ',
    },
    {
      ...none,
      account: 'ada',
      file,
      line: 4,
      keyType: 'ssh-rsa',
      bits: 2048,
      comment: 'ada@old',
      options: ['restrict', 'command', 'environment', 'from=10.0.0.0/8,192.168.*'],
      fingerprint: 'SHA256:RbRyW+ALKC2jeHpBGXS2KSA9/hlBGt42EDXtdWNXPuQ',
    },
    {
      account: 'ada',
      file,
      line: 7,
      keyType: 'ssh-ed25519',
      bits: 256,
      comment: 'user-ca',
      certAuthority: true,
      options: ['cert-authority', 'principals=ops, dev'],
      fingerprint: 'SHA256:awgrs9NzLCndB/uOt7f/VlAxdT8SYwsrE2Rky7AqA6U',
    },
    {
      ...none,
      account: 'ada',
      file,
      line: 8,
      keyType: 'ecdsa-sha2-nistp384',
      bits: 384,
      comment: 'ci with a longer comment',
      options: ['no-pty', 'no-x11-forwarding'],
      fingerprint: 'SHA256:76Rq3sKjC11bfuaTl6VPX3sH3gdgpXpSKIIZS3K/EPQ',
    },
  ])
  for (const secret of ['c0mmand-s3cret', 'env-s3cret', 'tOkEn-In-Arguments']) expect(found.text).not.toContain(secret)
})

it.each([
  ['the two usual files', '', ['ada /home/ada/.ssh/authorized_keys', 'ada /home/ada/.ssh/authorized_keys2']],
  ['none', 'AuthorizedKeysFile none', []],
  [
    'tokens and several files',
    'AuthorizedKeysFile /keys/%u-%U %h/.ssh/authorized_keys "/keys/100%%"',
    ['root /keys/100%', 'ada /keys/ada-1000', 'ada /home/ada/.ssh/authorized_keys', 'ada /keys/100%', 'git /keys/100%'],
  ],
  [
    'a block for a group',
    'AuthorizedKeysFile none\nMatch Group sftp,!root\nAuthorizedKeysFile=/keys/%u\nMatch User ada\nPermitTTY no',
    ['git /keys/git'],
  ],
  ['the first of two values', 'authorizedkeysfile none\nAuthorizedKeysFile .ssh/authorized_keys', []],
  [
    'a value in an include',
    'Include more/*.conf\nAuthorizedKeysFile none',
    ['root /keys/only', 'ada /keys/only', 'git /keys/only'],
  ],
])('%s', async (_what, config, expected) => {
  const keys = [
    '/home/ada/.ssh/authorized_keys',
    '/home/ada/.ssh/authorized_keys2',
    '/keys/ada-1000',
    '/keys/100%',
    '/keys/git',
    '/keys/only',
  ]
  const files = {
    ...Object.fromEntries(keys.map((path) => [path, key])),
    '/etc/ssh/sshd_config': config,
    '/etc/ssh/more/a.conf': 'AuthorizedKeysFile /keys/only',
  }
  expect(await where(files)).toEqual(expected)
})

it('follows links and skips what sshd would not open', async () => {
  const files: Record<string, MemoryEntry> = {
    '/home/ada/.ssh': { link: '/data/ada' },
    '/data/ada/authorized_keys': { link: 'real' },
    '/data/ada/real': key,
    '/data/ada/authorized_keys2': { folder: true },
    '/srv/git/.ssh/authorized_keys': { link: 'authorized_keys' },
    '/srv/git/.ssh/authorized_keys2': { other: true },
    '/root/.ssh/authorized_keys': { link: '/gone' },
  }
  const found = await collect({ ...small, ...files })
  expect(found.rows('ssh_authorized_key').map((row) => row.account)).toEqual(['ada'])
  expect(found.failures.size).toBe(0)
})

it('says so when a file or the configuration may not be read', async () => {
  const found = await collect({ ...small, '/srv/git/.ssh/authorized_keys': { content: key, denied: true } })
  expect(found.failures.get('ssh_authorized_key')).toMatchObject({ code: 'collect.denied' })
  await expect(collect({ ...small, '/etc/ssh/sshd_config': { content: '', denied: true } })).rejects.toMatchObject({
    code: 'collect.denied',
  })
})
