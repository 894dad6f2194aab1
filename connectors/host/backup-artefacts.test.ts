import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { collectFacts } from '../../kernel/testing/collect-facts.ts'
import { memoryTransport } from '../../kernel/testing/memory-transport.ts'
import { artefactFormat } from './backup-artefact-format.ts'
import { hostBackupArtefacts } from './backup-artefacts.connector.ts'
import { localTransport } from './local-transport.ts'

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'bergfried-artefacts-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const put = (path: string, content: string | Uint8Array) => {
  mkdirSync(join(root, path, '..'), { recursive: true })
  writeFileSync(join(root, path), content)
}

it('encrypted is what its own bytes say, whatever it is called', async () => {
  put('srv/backups/a.dump', 'age-encryption.org/v1\n-> X25519 abc\n')
  put('srv/backups/b.age', 'PGDMP\x01\x0e\0')
  put('srv/backups/deep/er/c.sql', '--\n-- PostgreSQL database dump\n--\n')
  put('srv/backups/d.gpg', gzipSync('anything'))
  put('var/backups/e.zst', zstdCompressSync(Buffer.from('x')))
  put('var/backups/dpkg.status.0', 'Package: x')
  put('var/backups/apt.extended_states.1.gz', gzipSync('x'))
  put('var/backups/f', Buffer.concat([Buffer.alloc(257), Buffer.from('ustar')]))
  put('var/backups/g', 'LUKS\u{ba}\u{be}')
  put('var/backups/empty', '')
  put('elsewhere/h.sql', '-- PostgreSQL database dump\n')
  for (const name of ['keys/k', 'data/d', 'index/i', 'snapshots/s', 'config'])
    put(`backup/restic/${name}`, 'x'.repeat(40))
  const { rows } = await collectFacts(hostBackupArtefacts, localTransport({ root }))
  expect(rows('backup_artefact').map(({ path, format, encrypted }) => `${path} ${format} ${encrypted}`)).toEqual([
    '/backup/restic restic true',
    '/var/backups/e.zst archive false',
    '/var/backups/f archive false',
    '/var/backups/g unknown null',
    '/srv/backups/a.dump age true',
    '/srv/backups/b.age pg_dump false',
    '/srv/backups/d.gpg archive false',
    '/srv/backups/deep/er/c.sql sql false',
  ])
})

it('what openssl and gpg really write is told as encrypted', () => {
  const [plain, sealed] = [join(root, 'plain'), join(root, 'sealed')]
  writeFileSync(plain, 'x'.repeat(1000))
  execFileSync('openssl', ['enc', '-aes-256-cbc', '-pbkdf2', '-pass', 'pass:x', '-in', plain, '-out', sealed])
  expect(artefactFormat(readFileSync(sealed))).toEqual({ format: 'openssl', encrypted: true })
  // RFC 9580: PKESK version 3, new and old format; SKESK version 4; a JPEG and a random byte are none.
  for (const head of [
    [0xc1, 0x5e, 3],
    [0x85, 0x01, 0x0c, 3],
    [0x8c, 0x0d, 4],
    [0xd2, 0xc0, 0x10, 1],
  ])
    expect(artefactFormat(Uint8Array.from([...head, 1, 2, 3]))).toEqual({ format: 'openpgp', encrypted: true })
  for (const head of [
    [0xff, 0xd8, 0xff, 0xe0],
    [0x85, 0x01, 0x0c, 9],
    [0x50, 0x4b, 3, 4],
  ])
    expect(artefactFormat(Uint8Array.from(head)).encrypted).toBeNull()
})

it('what cannot be read is told, and is not fine', async () => {
  const host = memoryTransport({
    files: { '/srv/backups/x.dump': { content: 'PGDMP', denied: true }, '/srv/backups/y': 'notes of somebody' },
  })
  const { rows } = await collectFacts(hostBackupArtefacts, host)
  expect(rows('backup_artefact')).toEqual([
    { path: '/srv/backups/x.dump', format: 'unreadable', encrypted: null },
    { path: '/srv/backups/y', format: 'unknown', encrypted: null },
  ])
})
