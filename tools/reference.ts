// Writes docs/reference/*.md from the tables of the product; `--check` only compares and fails when one is stale.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { CHECKS } from '../app/checks.generated.ts'
import { CONNECTORS } from '../app/connectors.generated.ts'
import { DRILLS } from '../app/drills.generated.ts'
import type { Command } from '../cli/command.ts'
import { COMMANDS } from '../cli/commands.generated.ts'
import { commandUsage } from '../cli/usage.ts'
import { FACTS } from '../facts/kinds.ts'
import type { Check } from '../kernel/check/check.ts'
import { columnsOf } from '../kernel/db/fact-tables.ts'
import { ERRORS } from '../kernel/error-codes.ts'

const INTRO = 'Erzeugt mit `npm run generate`, nicht von Hand ändern. / Made by `npm run generate`, do not edit.'
const page = (title: string, parts: readonly string[]): string => `# ${title}\n\n${INTRO}\n\n${parts.join('\n\n')}\n`
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

function errors(): string {
  const rows = Object.entries(ERRORS).map(
    ([code, e]) => `### ${code}\n\n- HTTP ${e.http}, ${e.exit} (exit)\n- de: ${e.text.de}\n- en: ${e.text.en}`,
  )
  return page('Fehler / Errors', rows)
}

function facts(): string {
  return page(
    'Fakten / Facts',
    [...FACTS.values()].map((d) => {
      const rows = columnsOf(d.kind).map((c) => `| ${c.column} | ${c.type}${c.nullable ? ', null' : ''} |`)
      return `## ${d.kind}\n\n${d.title.de} / ${d.title.en} (${d.about})\n\n| column | type |\n| --- | --- |\n${rows.join('\n')}`
    }),
  )
}

function checks(): string {
  const drilled = new Set<string>(DRILLS.map((d) => d.check))
  const one = (c: Check): string =>
    [
      `## ${c.id}`,
      `${c.title.de}.\n\n${c.title.en}.`,
      `- ${c.appliesTo}, ${c.severity}, ${c.freshness}; reads ${c.reads.join(', ')}${c.fleet === undefined ? '' : `; fleet ${c.fleet.join(', ')}`}\n- Übung / drill: ${drilled.has(c.id) ? 'ja / yes' : 'nein / no'}\n- de: ${c.remedy.de}\n- en: ${c.remedy.en}`,
      `| Grund / reason | de | en |\n| --- | --- | --- |\n${Object.entries(c.reasons)
        .map(([r, t]) => `| ${r} | ${cell(t.de)} | ${cell(t.en)} |`)
        .join('\n')}`,
      `| Beispiel / example | Ergebnis / result |\n| --- | --- |\n${c.examples
        .map(
          (e) =>
            `| ${cell(e.name.de)} / ${cell(e.name.en)} | ${e.expect.map((r) => cell(`${r.resource}: ${r.status} ${r.reason}`)).join('; ')} |`,
        )
        .join('\n')}`,
      `\`\`\`sql\n${c.sql.replace(/^\n|\s+$/g, '')}\n\`\`\``,
    ].join('\n\n')
  return page('Prüfungen / Checks', CHECKS.map(one))
}

function connectors(): string {
  return page(
    'Konnektoren / Connectors',
    CONNECTORS.map(
      (c) =>
        `## ${c.id}\n\n- ${c.system}, ${c.every}${'slow' in c && c.slow === true ? ', slow' : ''}; ${c.produces.join(', ')}\n- de: ${c.needs.de}\n- en: ${c.needs.en}`,
    ),
  )
}

const cli = (): string =>
  page(
    'Befehle / Commands',
    (COMMANDS as readonly Command[]).map(
      (c) =>
        `## bergfried ${c.name}\n\n\`\`\`\n${commandUsage(c, 'de')}\n\`\`\`\n\n\`\`\`\n${commandUsage(c, 'en')}\n\`\`\``,
    ),
  )

const PAGES: Readonly<Record<string, () => string>> = { errors, facts, checks, connectors, cli }
let stale = 0
mkdirSync('docs/reference', { recursive: true })
for (const [name, make] of Object.entries(PAGES)) {
  const path = `docs/reference/${name}.md`
  const text = make()
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue
  if (process.argv.includes('--check')) {
    process.stderr.write(`${path} is stale: run npm run generate\n`)
    stale += 1
  } else writeFileSync(path, text)
}
process.exit(stale === 0 ? 0 : 1)
