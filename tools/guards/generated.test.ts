import { spawnSync } from 'node:child_process'
import { appendFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'

const ROOT = dirname(dirname(import.meta.dirname))
let copy: string

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'bergfried-generated-'))
  for (const folder of ['app', 'capabilities', 'cli', 'connectors', 'docs/reference', 'facts', 'kernel']) {
    cpSync(join(ROOT, folder), join(copy, folder), { recursive: true })
  }
})
afterAll(() => rmSync(copy, { recursive: true, force: true }))

const check = (script: string) =>
  spawnSync(process.execPath, [join(ROOT, script), '--check'], { cwd: copy, encoding: 'utf8' })

it.each([
  ['facts/extra.fact.ts', 'export const extraFact = defineFact({})\n', 'facts/registry.generated.ts'],
  ['capabilities/access/checks/extra.check.ts', 'export const extra = defineCheck({})\n', 'app/checks.generated.ts'],
  ['capabilities/access/checks/extra.drill.ts', 'export const extra = defineDrill({})\n', 'app/drills.generated.ts'],
  ['connectors/host/extra.connector.ts', 'export const extra = defineConnector({})\n', 'app/connectors.generated.ts'],
  [
    'kernel/db/migrations/9999-extra.sql.ts',
    'export const extra = defineMigration({})\n',
    'app/migrations.generated.ts',
  ],
  ['app/routes/extra.route.ts', 'export const extra = defineRoute(() => {})\n', 'app/routes.generated.ts'],
  ['cli/commands/extra.command.ts', 'export const extra = defineCommand({})\n', 'cli/commands.generated.ts'],
])('a new %s makes its registry stale, and only that', (file, text, registry) => {
  writeFileSync(join(copy, file), text)
  try {
    expect(check('tools/generate.ts')).toMatchObject({
      status: 1,
      stderr: `${registry} is stale: run npm run generate\n`,
    })
  } finally {
    rmSync(join(copy, file))
  }
  expect(check('tools/generate.ts')).toMatchObject({ status: 0, stderr: '' })
})

it('a file with the suffix but without the definition is named', () => {
  writeFileSync(join(copy, 'facts/empty.fact.ts'), 'export const a = 1\n')
  try {
    expect(check('tools/generate.ts')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('facts/empty.fact.ts'),
    })
  } finally {
    rmSync(join(copy, 'facts/empty.fact.ts'))
  }
})

it('a reference page that was changed by hand is stale', () => {
  expect(check('tools/reference.ts')).toMatchObject({ status: 0, stderr: '' })
  appendFileSync(join(copy, 'docs/reference/errors.md'), 'by hand\n')
  expect(check('tools/reference.ts')).toMatchObject({
    status: 1,
    stderr: 'docs/reference/errors.md is stale: run npm run generate\n',
  })
})
