import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fc, test as property } from '@fast-check/vitest'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AppendFile } from './file-layer.ts'
import { Journal, readJournal } from './journal.ts'
import type { LogFile } from './log-store.ts'
import { openPosixReader, openPosixStore } from './posix-store.ts'

const isRoot = process.getuid?.() === 0
let parent: string
let folder: string
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'bergfried-store-'))
  folder = join(parent, 'log')
})
afterEach(() => rm(parent, { recursive: true, force: true }))

const file = (path: string, text: string): LogFile => ({ path, bytes: new TextEncoder().encode(text) })
const read = (path: string) => readFile(join(folder, path), 'utf8')

describe('the folder of a log', () => {
  it('holds what was appended, for readers of its group, and is whole after closing', async () => {
    const store = await openPosixStore(folder)
    await store.append([file('tile/0/000.p/2', 'ab'), file('tile/entries/000.p/2', 'entries')])
    await store.replace('checkpoint', new TextEncoder().encode('head'))
    expect(new TextDecoder().decode((await store.read('tile/0/000.p/2')) ?? undefined)).toBe('ab')
    expect(await store.read('tile/0/000.p/3')).toBeNull()
    await store.close()
    expect(await read('tile/0/000.p/2')).toBe('ab')
    expect(await read('checkpoint')).toBe('head')
    expect(((await stat(folder)).mode & 0o777).toString(8)).toBe('750')
    expect(((await stat(join(folder, 'checkpoint'))).mode & 0o777).toString(8)).toBe('644')
    expect((await readdir(folder)).sort()).toEqual(['checkpoint', 'journal.0', 'journal.1', 'tile'])
    expect(readJournal(await readFile(join(folder, 'journal.0')))).toEqual([])
  })

  it('drops partial tiles once the full one is there', async () => {
    const before = await openPosixStore(folder)
    for (let width = 1; width < 256; width++) await before.append([file(`tile/0/000.p/${width}`, 'x'.repeat(width))])
    await before.close()
    const store = await openPosixStore(folder)
    expect(await readdir(join(folder, 'tile/0/000.p'))).toHaveLength(255)
    await store.append([file('tile/0/000', 'full'), file('tile/0/001.p/1', 'next')])
    await store.close()
    expect((await readdir(join(folder, 'tile/0'))).sort()).toEqual(['000', '001.p'])
  })

  it('shows nobody a checkpoint before its tiles, whoever reads the folder', async () => {
    const store = await openPosixStore(folder)
    const tiles = Array.from({ length: 40 }, (_, i) => file(`tile/0/${String(i).padStart(3, '0')}`, `tile ${i}`))
    await store.append(tiles)
    expect(Buffer.from((await store.read('tile/0/039')) ?? []).toString()).toBe('tile 39')
    await store.replace('checkpoint', Buffer.from('head'))
    for (const [i, { path }] of tiles.entries()) expect(await read(path)).toBe(`tile ${i}`)
    await store.close()
  })

  it('takes appends side by side, one after the other', async () => {
    const store = await openPosixStore(folder, { settleAfterBytes: 200 })
    const all = Array.from({ length: 50 }, (_, i) => file(`tile/0/${String(i).padStart(3, '0')}`, `tile ${i}`))
    await Promise.all(all.map((one) => store.append([one])))
    await store.close()
    for (const [i, { path }] of all.entries()) expect(await read(path)).toBe(`tile ${i}`)
  })

  it('makes torn and lost files whole from the journal, and nothing outside its folder', async () => {
    const store = await openPosixStore(folder)
    await store.append([file('tile/0/000.p/1', 'one'), file('tile/entries/000.p/1', 'entry')])
    await store.append([file('tile/0/000.p/2', 'two'), file('../outside', 'no'), file('checkpoint', 'forged')])
    const journal = await readFile(join(folder, 'journal.0'))
    const half = journal.subarray(36, 96)
    journal.set(half, journal.lastIndexOf('forged') + 6)
    await store.close()
    await rm(join(parent, 'outside'))
    await rm(join(folder, 'checkpoint'))
    await writeFile(join(folder, 'journal.0'), journal)
    await writeFile(join(folder, 'tile/0/000.p/1'), 'o')
    await rm(join(folder, 'tile/0/000.p/2'))
    await (await openPosixStore(folder)).close()
    expect(await read('tile/0/000.p/1')).toBe('one')
    expect(await read('tile/0/000.p/2')).toBe('two')
    await expect(stat(join(parent, 'outside'))).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(stat(join(folder, 'checkpoint'))).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

describe('the lock of a folder', () => {
  it('lets one in at a time, in this process and in another', async () => {
    const store = await openPosixStore(folder)
    await expect(openPosixStore(folder)).rejects.toMatchObject({ code: 'evidence.locked' })
    const script = `import { openPosixStore } from '${join(import.meta.dirname, 'posix-store.ts')}'
      try { await openPosixStore(process.argv[1]) } catch (error) { process.stdout.write(error.code) }`
    const other = spawnSync(process.execPath, ['--input-type=module', '-e', script, folder], { encoding: 'utf8' })
    expect(other.stdout).toBe('evidence.locked')
    expect(await openPosixReader(folder).read('checkpoint')).toBeNull()
    await store.close()
    await (await openPosixStore(folder)).close()
  })

  it('of a killed process is taken over, also when its number was given again', async () => {
    const sleeper = spawn(process.execPath, ['-e', 'setTimeout(() => undefined, 60000)'])
    const bootId = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
    const startOf = async () => (await readFile(`/proc/${sleeper.pid}/stat`, 'utf8')).split(') ')[1]?.split(' ')[19]
    await mkdir(folder)
    const lock = (text: string) => writeFile(join(folder, 'lock'), text)
    await lock(`${sleeper.pid} ${await startOf()} ${bootId}`)
    await expect(openPosixStore(folder)).rejects.toMatchObject({ code: 'evidence.locked' })
    await lock(`${sleeper.pid} 1 ${bootId}`)
    await (await openPosixStore(folder)).close()
    await lock(`${sleeper.pid} ${await startOf()} 00000000-0000-0000-0000-000000000000`)
    await (await openPosixStore(folder)).close()
    await lock(`${sleeper.pid} ${await startOf()} ${bootId}`)
    sleeper.kill('SIGKILL')
    await new Promise((resolve) => sleeper.once('exit', resolve))
    await (await openPosixStore(folder)).close()
  })

  it('that is none of ours is left alone', async () => {
    await mkdir(folder)
    await writeFile(join(folder, 'lock'), 'something else')
    await expect(openPosixStore(folder)).rejects.toMatchObject({ code: 'evidence.locked' })
    expect(await read('lock')).toBe('something else')
  })
})

describe.skipIf(!isRoot)('a full disk (needs root)', () => {
  it('is told, loses nothing that was acknowledged, and the log goes on when there is room', async () => {
    await mkdir(folder)
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder])
    expect(mounted.status).toBe(0)
    try {
      await writeFile(join(folder, 'ballast'), Buffer.alloc(300_000))
      const store = await openPosixStore(folder, { aheadBytes: 8192 })
      const kept = new Map<string, Uint8Array>()
      const put = async (i: number): Promise<void> => {
        const one = { path: `tile/0/${String(i).padStart(3, '0')}`, bytes: randomBytes(8192) }
        await store.append([one])
        kept.set(one.path, one.bytes)
      }
      const fill = async (): Promise<number> => {
        for (let i = kept.size; ; i++) await put(i)
      }
      await expect(fill()).rejects.toMatchObject({ code: 'evidence.store', detail: { reason: 'ENOSPC' } })
      expect(kept.size).toBeGreaterThan(5)
      await expect(store.replace('pending', Buffer.alloc(100_000))).rejects.toMatchObject({ code: 'evidence.store' })
      await rm(join(folder, 'ballast'))
      await put(kept.size)
      await store.close()
      const again = await openPosixStore(folder, { aheadBytes: 8192 })
      for (const [path, bytes] of kept)
        expect(Buffer.compare((await again.read(path)) ?? new Uint8Array(), bytes)).toBe(0)
      await again.close()
    } finally {
      spawnSync('umount', ['-l', folder])
    }
  })
})

/** A journal in memory. */
function memoryFile(): AppendFile & { bytes: Uint8Array } {
  const own = {
    bytes: new Uint8Array(),
    size: 0,
    write: async (bytes: Uint8Array, at: number) => {
      const grown = new Uint8Array(Math.max(own.bytes.length, at + bytes.length))
      grown.set(own.bytes)
      grown.set(bytes, at)
      own.bytes = grown
    },
    sync: async () => undefined,
    truncate: async (length: number) => {
      own.bytes = own.bytes.slice(0, length)
    },
    close: async () => undefined,
  }
  return own
}

const files = fc.array(
  fc.record({
    path: fc.string({ maxLength: 20 }).filter((s) => s.isWellFormed()),
    bytes: fc.uint8Array({ maxLength: 40 }),
  }),
  { minLength: 1, maxLength: 4 },
)

async function begin(memory: AppendFile): Promise<Journal> {
  const journal = new Journal(memory, 100)
  await journal.clear()
  return journal
}

describe('a journal', () => {
  property.prop([fc.array(files, { maxLength: 5 }), fc.array(files, { maxLength: 5 })])(
    'gives back what was appended since it began anew',
    async (before, appends) => {
      const memory = memoryFile()
      const journal = await begin(memory)
      for (const one of before) await journal.append(one)
      expect(readJournal(memory.bytes)).toEqual(before.flat())
      await journal.clear()
      expect(readJournal(memory.bytes)).toEqual([])
      for (const one of appends) await journal.append(one)
      expect(readJournal(memory.bytes)).toEqual(appends.flat())
    },
  )

  property.prop([fc.array(files, { minLength: 1, maxLength: 4 }), fc.nat(), fc.uint8Array({ maxLength: 60 })])(
    'that is torn or overwritten anywhere gives whole appends from its beginning, and nothing else',
    async (appends, place, rubbish) => {
      const memory = memoryFile()
      const journal = await begin(memory)
      const ends = [0]
      for (const one of appends) {
        await journal.append(one)
        ends.push(36 + journal.bytes)
      }
      const at = place % (36 + journal.bytes)
      const whole = ends.filter((end) => end <= at).length - 1
      const found = readJournal(memory.bytes.slice(0, at))
      expect(found).toEqual(appends.slice(0, whole).flat())
      const spoilt = memory.bytes.slice()
      spoilt.set(rubbish.subarray(0, spoilt.length - at), at)
      const rest = readJournal(spoilt)
      expect(appends.flat().slice(0, rest.length)).toEqual(rest)
    },
  )

  property.prop([fc.uint8Array({ maxLength: 300 })])('made of anything holds nothing', (bytes) => {
    expect(readJournal(bytes)).toEqual([])
  })

  it('never takes what an earlier or a failed append left behind its end for its own', async () => {
    const memory = memoryFile()
    const journal = await begin(memory)
    const same = [file('tile/0/000.p/1', 'the same')]
    await journal.append(same)
    await journal.append([file('tile/0/000.p/2', 'of an earlier time')])
    await journal.clear()
    // As long as the record that stood there: behind it the second one of the earlier time is whole.
    await journal.append(same)
    expect(readJournal(memory.bytes)).toEqual(same)
  })
})
