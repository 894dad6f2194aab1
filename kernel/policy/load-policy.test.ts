import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fc, test as property } from '@fast-check/vitest'
import { afterAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { BergfriedError } from '../errors.ts'
import { loadPolicy, policyFolders, readPolicy } from './load-policy.ts'
import { policyDigest } from './policy-digest.ts'

const root = mkdtempSync(join(tmpdir(), 'bergfried-policy-'))
afterAll(() => rmSync(root, { recursive: true }))

const CHAPTERS = `chapters:
  - { id: NET, title: { de: Netz, en: Net }, motto: { de: M., en: M. }, order: 2 }
  - { id: INF, title: { de: Infra, en: Infra }, motto: { de: M., en: M. }, order: 1 }
`
const FRAMEWORKS = 'frameworks:\n  - { key: soc2, name: { de: SOC 2, en: SOC 2 }, version: "2017" }\n'
const ROLES = 'roles:\n  - { key: lead, title: { de: Leitung, en: Lead } }\n'

/** Lines 1 to 11. */
const control = (id: string, changes: Readonly<Record<string, string>> = {}): string =>
  Object.values({
    id: `id: ${id}`,
    chapter: `chapter: ${id.slice(0, 3)}`,
    claim: `claim:\n  de: Zusage ${id}.\n  en: Promise ${id}.`,
    owner: 'owner: lead',
    checks: 'checks:\n  - access.unique-uids',
    attestations: 'attestations: []',
    references: 'references: { soc2: [CC6.1] }',
    public: 'public: true',
    ...changes,
  }).join('\n')

let folders = 0
function folder(files: Readonly<Record<string, string>>, base = true): string {
  folders += 1
  const path = join(root, String(folders))
  mkdirSync(path)
  const all = base ? { 'chapters.yaml': CHAPTERS, 'frameworks.yaml': FRAMEWORKS, 'roles.yaml': ROLES, ...files } : files
  for (const [name, content] of Object.entries(all)) writeFileSync(join(path, name), content)
  return path
}

const KNOWN = { knownChecks: new Set(['access.unique-uids', 'access.other', 'network.x']) }

/** file:line: reason of every problem. */
async function problemsOf(path: string | readonly string[]): Promise<readonly string[]> {
  const { problems } = await readPolicy(path, KNOWN)
  return problems.map((p) => `${p.file.slice(root.length).replace(/^\/\d+\/?/, '')}:${p.line}: ${p.reason.en}`)
}

const withControl = (id: string, changes: Readonly<Record<string, string>>): Promise<readonly string[]> =>
  problemsOf(folder({ [`${id}.yaml`]: control(id, changes) }))

describe('loadPolicy', () => {
  it('reads a folder, fills in what may be left out, and orders by chapter and number', async () => {
    const names = ['NET-1', 'INF-10', 'INF-9', 'INF-02']
    const policy = await loadPolicy(folder(Object.fromEntries(names.map((n) => [`${n}.yaml`, control(n)]))), KNOWN)
    expect(policy.chapters.map((c) => c.id)).toEqual(['INF', 'NET'])
    expect(policy.controls.map((c) => c.id)).toEqual(['INF-02', 'INF-9', 'INF-10', 'NET-1'])
    expect(policy.controls[0]).toEqual({
      id: 'INF-02',
      chapter: 'INF',
      claim: { de: 'Zusage INF-02.', en: 'Promise INF-02.' },
      enforced: null,
      owner: 'lead',
      checks: ['access.unique-uids'],
      attestations: [],
      freshness: 'PT24H',
      references: { soc2: ['CC6.1'] },
      public: true,
    })
  })

  it.each<[string, Readonly<Record<string, string>>, string]>([
    [
      'an unknown key',
      { owner: 'owner: lead\nowners: x' },
      'INF-01.yaml:7: unknown field “owners”, allowed are id, chapter, claim, enforced, owner, checks, attestations, freshness, references, public',
    ],
    ['a missing language', { claim: 'claim:\n  de: Nur deutsch.' }, 'INF-01.yaml:3: the field “claim.en” is missing'],
    [
      'an empty sentence',
      { claim: 'claim:\n  de: " "\n  en: x' },
      'INF-01.yaml:4: “claim.de”: expected is a text that is not empty, found was “ ”',
    ],
    [
      'a line break in a sentence',
      { claim: 'claim:\n  de: "a\\nb"\n  en: x' },
      'INF-01.yaml:4: “claim.de”: expected is a text without control characters and line breaks, found was “a b”',
    ],
    [
      'another id than the file',
      { id: 'id: INF-02' },
      'INF-01.yaml:1: the id “INF-02” does not match the file name, expected is INF-02.yaml',
    ],
    [
      'an id of no form',
      { id: 'id: inf-1' },
      'INF-01.yaml:1: “id”: expected is an id such as INF-05, found was “inf-1”',
    ],
    [
      'an unknown chapter',
      { chapter: 'chapter: ABC' },
      'INF-01.yaml:2: the chapter “ABC” does not exist, expected is one of NET, INF',
    ],
    [
      'another chapter than the id',
      { chapter: 'chapter: NET' },
      'INF-01.yaml:1: “INF-01” is in chapter NET, expected is an id that starts with NET-',
    ],
    [
      'an unknown role',
      { owner: 'owner: boss' },
      'INF-01.yaml:6: the role “boss” does not exist, expected is one of lead',
    ],
    [
      'an unknown check',
      { checks: 'checks:\n  - access.unique-uids\n  - access.gone' },
      'INF-01.yaml:9: the check “access.gone” does not exist, expected is one of access.other, access.unique-uids',
    ],
    [
      'an unknown capability',
      { checks: 'checks: [gone.x]' },
      'INF-01.yaml:7: the check “gone.x” does not exist, expected is one of access.…, network.…',
    ],
    [
      'a check twice',
      { checks: 'checks:\n  - network.x\n  - network.x' },
      'INF-01.yaml:9: the check “network.x” stands twice',
    ],
    [
      'a check of no form',
      { checks: 'checks: [unique]' },
      'INF-01.yaml:7: “checks[0]”: expected is the id of a check such as access.unique-uids, found was “unique”',
    ],
    [
      'an unknown framework',
      { references: 'references:\n  soc2: [CC6.1]\n  cobit: [X]' },
      'INF-01.yaml:12: the framework “cobit” does not exist, expected is one of soc2',
    ],
    [
      'a number for an identifier',
      { references: 'references: { soc2: [1.2] }' },
      'INF-01.yaml:10: “references.soc2[0]”: expected is a text, found was a number (put it in quotes)',
    ],
    [
      'a freshness of no form',
      { public: 'public: true\nfreshness: 24h' },
      'INF-01.yaml:12: “freshness”: expected is an ISO 8601 duration such as PT24H or P1Y, found was “24h”',
    ],
    [
      'a freshness of nothing',
      { public: 'public: true\nfreshness: PT0S' },
      'INF-01.yaml:12: “freshness”: expected is a duration greater than zero, found was “PT0S”',
    ],
    ['public left open', { public: '' }, 'INF-01.yaml:1: the field “public” is missing'],
    [
      'an attestation twice',
      {
        attestations:
          'attestations:\n  - { id: a, title: { de: x, en: x }, validity: P1Y }\n  - { id: a, title: { de: x, en: x }, validity: P1Y }',
      },
      'INF-01.yaml:11: the attestation “a” exists already in INF-01',
    ],
    [
      'broken YAML',
      { owner: 'owner: [' },
      'INF-01.yaml:7: not valid YAML (Flow sequence in block collection must be sufficiently indented and end with a ])',
    ],
  ])('names %s with file and line', async (_, changes, problem) => {
    expect(await withControl('INF-01', changes)).toContain(problem)
  })

  it('throws the first problem with the number of others, in both languages', async () => {
    const path = folder({ 'INF-01.yaml': control('INF-01', { owner: 'owner: boss', chapter: 'chapter: ABC' }) })
    const error = await loadPolicy(path, KNOWN).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(BergfriedError)
    if (!(error instanceof BergfriedError)) return
    expect(error.code).toBe('policy.invalid')
    expect(error.sentence('de')).toBe(
      `${path}/INF-01.yaml, Zeile 2: das Kapitel „ABC“ gibt es nicht, erwartet wird eines von NET, INF (und 1 weitere).`,
    )
    expect(error.sentence('en')).toBe(
      `${path}/INF-01.yaml, line 2: the chapter “ABC” does not exist, expected is one of NET, INF (and 1 more).`,
    )
  })

  it('finds duplicates in lists and between files', async () => {
    const attested = (id: string) =>
      control(id, { attestations: 'attestations:\n  - { id: a, title: { de: x, en: x }, validity: P1Y }' })
    expect(await problemsOf(folder({ 'INF-01.yaml': attested('INF-01'), 'INF-02.yaml': attested('INF-02') }))).toEqual([
      'INF-02.yaml:10: the attestation “a” exists already in INF-01',
    ])
    const twice = await problemsOf(folder({ 'INF-01.yaml': control('INF-01'), 'INF-02.yaml': control('INF-01') }))
    expect(twice.map((p) => p.split(' exists')[0])).toEqual([
      'INF-02.yaml:1: “INF-01”',
      'INF-02.yaml:1: the id “INF-01” does not match the file name, expected is INF-01.yaml',
    ])
    const chapters = await problemsOf(
      folder({ 'chapters.yaml': `${CHAPTERS}${CHAPTERS.split('\n')[1]}\n`, 'INF-01.yaml': control('INF-01') }),
    )
    expect(chapters[0]).toMatch(/^chapters.yaml:4: “NET” exists already in .*chapters.yaml:2$/)
  })

  it('passes over nothing that looks like a part of the policy', async () => {
    const path = folder({
      'INF-01.yml': control('INF-01'),
      'INF-02.yaml': control('INF-02'),
      'INF-03.YAML': control('INF-03'),
      'README.md': 'x',
      '.INF-04.yaml.swp': 'x',
    })
    expect(await problemsOf(path)).toEqual([
      'INF-01.yml:1: the file name must end in .yaml',
      'INF-03.YAML:1: the file name must end in .yaml',
    ])
  })

  it('says which folder is not there, empty or too full', async () => {
    expect((await problemsOf(join(root, 'gone')))[0]).toMatch(
      /^gone:1: the folder cannot be read \(ENOENT\)$|:1: the folder cannot be read/,
    )
    expect((await problemsOf(folder({}, false)))[0]).toMatch(/the folder holds no .yaml file/)
    const many = Object.fromEntries(Array.from({ length: 2001 }, (_, n) => [`INF-${n}.yaml`, '']))
    expect((await problemsOf(folder(many, false)))[0]).toMatch(/more than 2000 files/)
    expect(await problemsOf(folder({ 'INF-01.yaml': `${control('INF-01')}\n#${'x'.repeat(256 * 1024)}` }))).toEqual([
      'INF-01.yaml:1: larger than the limit of 256 KiB',
    ])
  })

  it('lets a folder extend another, and replace what has the same id as a whole', async () => {
    const shipped = folder({ 'INF-01.yaml': control('INF-01'), 'INF-02.yaml': control('INF-02') })
    const own = folder(
      {
        'INF-02.yaml': control('INF-02', { claim: 'claim: { de: Neu., en: New. }', checks: '' }),
        'OUR-01.yaml': control('OUR-01'),
        'chapters.yaml': 'chapters:\n  - { id: OUR, title: { de: U, en: O }, motto: { de: M, en: M }, order: 0 }\n',
      },
      false,
    )
    const policy = await loadPolicy(policyFolders(shipped, { mode: 'extend', folder: own }), KNOWN)
    expect(policy.controls.map((c) => [c.id, c.claim.de, c.checks.length])).toEqual([
      ['OUR-01', 'Zusage OUR-01.', 1],
      ['INF-01', 'Zusage INF-01.', 1],
      ['INF-02', 'Neu.', 0],
    ])
    expect(policyFolders(shipped, null)).toEqual([shipped])
    expect(policyFolders(shipped, { mode: 'replace', folder: own })).toEqual([own])
    // Alone it lacks what the shipped one defines.
    expect(await problemsOf(own)).toContain('INF-02.yaml:4: the role “lead” does not exist, none is defined')
  })

  property.prop([fc.string({ unit: 'binary', maxLength: 200 })], { numRuns: 40 })(
    'any file at all is a typed problem',
    async (content) => {
      const path = folder({ 'INF-01.yaml': content })
      await expect(loadPolicy(path)).rejects.toMatchObject({ code: 'policy.invalid' })
      rmSync(path, { recursive: true })
    },
  )
})

describe('policyDigest', () => {
  it('does not count comments, the order of fields and files, but every word', async () => {
    const value = { public: true, owner: 'lead', claim: { en: 'E.', de: 'D.' }, chapter: 'INF', id: 'INF-01' }
    const one = await loadPolicy(folder({ 'INF-01.yaml': stringify(value) }))
    const turned = Object.fromEntries(Object.entries(value).reverse())
    const same = await loadPolicy(folder({ 'INF-01.yaml': `# comment\n${stringify(turned)}checks: []\n` }))
    const other = await loadPolicy(folder({ 'INF-01.yaml': stringify({ ...value, claim: { en: 'E.', de: 'D!' } }) }))
    expect(policyDigest(one)).toMatch(/^[0-9a-f]{64}$/)
    expect(policyDigest(same)).toBe(policyDigest(one))
    expect(policyDigest(other)).not.toBe(policyDigest(one))
  })
})
