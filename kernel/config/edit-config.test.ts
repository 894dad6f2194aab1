import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fc, test as property } from '@fast-check/vitest'
import { afterAll, describe, expect, it } from 'vitest'
import { parseConfig } from './config.ts'
import type { SystemEntry } from './config-schema.ts'
import { addSystem } from './edit-config.ts'

const root = mkdtempSync(join(tmpdir(), 'bergfried-edit-'))
afterAll(() => rmSync(root, { recursive: true }))

const SHOP: SystemEntry = { name: 'shop', kind: 'endpoint', address: 'shop.example:443', purpose: 'https' }
const SHOP_LINES = ['- name: shop', '  kind: endpoint', '  address: shop.example:443', '  purpose: https']
const shopAt = (indent: string): string => SHOP_LINES.map((line) => `${indent}${line}\n`).join('')

let files = 0
function file(content: string | null): string {
  files += 1
  const folder = join(root, String(files))
  mkdirSync(folder)
  const path = join(folder, 'bergfried.yaml')
  if (content !== null) writeFileSync(path, content)
  return path
}

async function added(content: string | null, system: SystemEntry = SHOP): Promise<string> {
  const path = file(content)
  await addSystem(path, system)
  return readFileSync(path, 'utf8')
}

describe('addSystem', () => {
  it('makes the file where there is none, and writes down that this machine is measured', async () => {
    const made = await added(null)
    expect(made).toBe(`systems:\n  - name: this-host\n    kind: host\n${shopAt('  ')}`)
    expect(parseConfig(made, '/x', 'de').systems.map((s) => s.name)).toEqual(['this-host', 'shop'])
    expect(await added('# mine\nlanguage: en')).toBe(`# mine\nlanguage: en\n${made}`)
    expect(await added(null, { name: 'box', kind: 'host' })).toBe('systems:\n  - name: box\n    kind: host\n')
  })

  it('leaves every byte of the rest as it is', async () => {
    const before =
      '# top\nlanguage: en            # de | en\n\nsystems:   # all of them\n  # the first\n  - name: this-host   # here\n    kind:   host\n'
    const after = '\n# after the systems\nlisten:   127.0.0.1:7400   # loopback\n'
    expect(await added(before + after)).toBe(`${before}${shopAt('  ')}${after}`)
    expect(await added(`${before}    # trailing`)).toContain('# trailing\n')
  })

  it('keeps the indentation, the line ends and a missing last line end', async () => {
    expect(await added('systems:\n- name: a\n  kind: host')).toBe(`systems:\n- name: a\n  kind: host\n${shopAt('')}`)
    expect(await added('systems:\n    - { name: a, kind: host } # x\n')).toBe(
      `systems:\n    - { name: a, kind: host } # x\n${shopAt('    ')}`,
    )
    const windows = await added('systems:\r\n  - name: a\r\n    kind: host\r\n')
    expect(windows).toBe(`systems:\n  - name: a\n    kind: host\n${shopAt('  ')}`.replaceAll('\n', '\r\n'))
  })

  it.each([
    'systems: [] # none yet\nlanguage: de\n',
    'systems: [{ name: a, kind: host }]\n',
    '{ language: de }\n',
    '{ systems: [{ name: a, kind: host }] }\n',
    '--- # start\nlanguage: de\n...\n',
  ])('finds its way in %j', async (before) => {
    const config = parseConfig(before, '/x', 'de')
    const names = config.systems.map((s) => s.name)
    expect(parseConfig(await added(before), '/x', 'de').systems.map((s) => s.name)).toEqual([...names, 'shop'])
  })

  it('changes nothing when the name is taken or either side is wrong', async () => {
    const good = 'systems:\n  - name: shop\n    kind: host\n'
    for (const [content, system, code] of [
      [good, SHOP, 'system.exists'],
      ['systems: 3\n', SHOP, 'config.invalid'],
      [good, { ...SHOP, name: 'register' }, 'config.invalid'],
      [good, { name: 'db', kind: 'postgres', connection: 'postgres://u:p@h/d' }, 'config.invalid'],
      [good, { name: 'b', kind: 'host' }, 'config.invalid'],
    ] as const) {
      const path = file(content)
      await expect(addSystem(path, system)).rejects.toMatchObject({ code })
      expect(readFileSync(path, 'utf8')).toBe(content)
      expect(readdirSync(join(path, '..'))).toEqual(['bergfried.yaml'])
    }
  })

  it('keeps the mode and a symbolic link, and leaves nothing beside the file', async () => {
    const path = file('language: de\n')
    chmodSync(path, 0o640)
    const link = join(path, '..', 'link.yaml')
    symlinkSync(path, link)
    await addSystem(link, SHOP)
    expect(lstatSync(link).isSymbolicLink()).toBe(true)
    expect(statSync(path).mode & 0o7777).toBe(0o640)
    expect(readFileSync(path, 'utf8')).toContain('name: shop')
    expect(readdirSync(join(path, '..'))).toEqual(['bergfried.yaml', 'link.yaml'])
  })

  it('says when it cannot write', async () => {
    await expect(addSystem(join(root, 'no', 'such', 'folder', 'x.yaml'), SHOP)).rejects.toMatchObject({
      code: 'config.invalid',
    })
  })

  const text = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
    .filter((s) => !/[\p{Cc}\p{Cs}\ufeff\u2028\u2029]/u.test(s))
  property.prop(
    [
      fc.array(fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.array(text, { maxLength: 3 }), { maxKeys: 3 }), {
        minLength: 1,
        maxLength: 4,
      }),
    ],
    { numRuns: 25 },
  )('one after the other, all are there as they were given', async (labels) => {
    const path = file(null)
    for (const [n, label] of labels.entries()) await addSystem(path, { ...SHOP, name: `s${n}`, labels: label })
    const { systems } = parseConfig(readFileSync(path, 'utf8'), path, 'de')
    expect(systems.slice(1).map((s) => s.labels)).toEqual(labels.map((l) => ({ ...l })))
    rmSync(join(path, '..'), { recursive: true })
  })
})
