import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Command } from '../cli/command.ts'
import { COMMANDS } from '../cli/commands.generated.ts'
import { PERMISSIONS } from '../kernel/http/route.ts'

/** Documents are read by people who then type what stands there: what they name must exist. */
const { stdout } = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  encoding: 'utf8',
})
const PAGES = stdout.split('\n').filter((f) => f !== '' && existsSync(f) && !f.startsWith('docs/reference/'))
const text = (file: string) => readFileSync(file, 'utf8')
const all = (pattern: RegExp) =>
  PAGES.flatMap((file) => [...text(file).matchAll(pattern)].map((match) => ({ file, found: match[1] ?? '' })))

/** As a reader of a rendered page gets them: lower case, punctuation gone, spaces as hyphens. */
const anchors = (page: string) =>
  [...text(page).matchAll(/^#+ (.+)$/gm)].map((m) =>
    (m[1] ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )

describe('documents', () => {
  it('are found at all', () => {
    expect(PAGES).toEqual(expect.arrayContaining(['README.md', 'README.de.md', 'CONTRIBUTING.md', 'SECURITY.md']))
  })

  it('link to what exists', () => {
    const links = all(/\]\(([^)\s]+)\)/g).filter(({ found }) => !/^[a-z]+:/.test(found))
    expect(links.length).toBeGreaterThan(10)
    const dead = links.filter(({ file, found }) => {
      const [path = '', anchor] = found.split('#')
      const target = path === '' ? file : normalize(join(dirname(file), path))
      return !existsSync(target) || (anchor !== undefined && !anchors(target).includes(anchor))
    })
    expect(dead).toEqual([])
  })

  it('name files that exist', () => {
    const layers = 'facts|kernel|connectors|capabilities|app|cli|tools|bench|docs|policy|bin'
    const named = all(new RegExp(`\`((?:${layers})/[\\w./-]+\\.\\w+)\``, 'g'))
    expect(named.length).toBeGreaterThan(10)
    expect(named.filter(({ file, found }) => !existsSync(found) && !existsSync(join(dirname(file), found)))).toEqual([])
  })

  it('name scripts of package.json', () => {
    const { scripts } = JSON.parse(text('package.json')) as { scripts: Record<string, string> }
    expect(all(/npm run (?:--\w+ )?([\w-]+)/g).filter(({ found }) => scripts[found] === undefined)).toEqual([])
  })

  it('show commands with options that they take', () => {
    const commands = COMMANDS as readonly Command[]
    const lines = PAGES.flatMap((file) =>
      [
        ...text(file)
          .replaceAll('\\\n', ' ')
          .matchAll(/npm run bergfried -- ([^\n`]+)/g),
      ].map((m) => ({
        file,
        line: (m[1] ?? '').trim(),
      })),
    )
    expect(lines.length).toBeGreaterThan(5)
    const bad = lines.filter(({ line }) => {
      if (line.startsWith('help')) return false
      const command = commands.findLast((c) => line === c.name || line.startsWith(`${c.name} `))
      const options = [...line.matchAll(/(?<=\s)--([a-z-]+)/g)].map((m) => m[1] ?? '')
      const takes = new Set([...Object.keys(command?.options ?? {}), 'lang', 'help'])
      return command === undefined || options.some((option) => !takes.has(option))
    })
    expect(bad).toEqual([])
  })

  it('name permissions of tokens that exist', () => {
    const named = all(/--may (\w+)/g)
    expect(named.filter(({ found }) => !(PERMISSIONS as readonly string[]).includes(found))).toEqual([])
  })

  it('name variables that the product reads', () => {
    const read = text('kernel/config/environment.ts')
    const named = all(/\b(BERGFRIED_[A-Z]+)\b/g)
    expect(named.length).toBeGreaterThan(0)
    expect(named.filter(({ found }) => !read.includes(found))).toEqual([])
  })

  it('say the same in both languages: as many headings, code blocks, rows and links', () => {
    const shape = (file: string) => ({
      headings: text(file).match(/^#+ /gm)?.length,
      blocks: text(file).match(/^(```| {4}\S)/gm)?.length,
      rows: text(file).match(/^\|/gm)?.length,
      links: text(file).match(/\]\(/g)?.length,
    })
    expect(shape('README.de.md')).toEqual(shape('README.md'))
  })

  it('tell of every decision its context, what was not taken, what follows and how it could be wrong', () => {
    const decisions = PAGES.filter((f) => f.startsWith('docs/adr/'))
    expect(decisions.length).toBeGreaterThan(0)
    const numbers = decisions.map((f) => /^docs\/adr\/(\d{4})-[a-z0-9-]+\.md$/.exec(f)?.[1])
    expect(numbers).toEqual(decisions.map((_, i) => String(i + 1).padStart(4, '0')))
    for (const file of decisions) {
      expect([...text(file).matchAll(/^## (.+)$/gm)].map((m) => m[1])).toEqual([
        'Context',
        'Decision',
        'Options we did not take',
        'Consequences',
        'How we will know it was wrong',
      ])
      expect(text(file)).toMatch(/^# \d{4} .+\n\nDate: \d{4}-\d{2}-\d{2}\. Status: /)
    }
  })

  it('have a changelog that says what is not released yet', () => {
    expect(text('CHANGELOG.md')).toMatch(/^## Unreleased\n\n- /m)
  })
})
