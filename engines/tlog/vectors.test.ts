import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { printed, VECTOR_FILES } from './testing/vector-files.ts'

const FOLDER = join(import.meta.dirname, 'vectors')

describe('the committed vectors', () => {
  it.each(Object.entries(VECTOR_FILES))('%s are what the generator makes', async (name, make) => {
    await expect(`${printed(await make())}\n`).toMatchFileSnapshot(join(FOLDER, name))
  })

  it('are all made or named as published by others, and each is used', () => {
    const found = readdirSync(FOLDER).filter((name) => name.endsWith('.json'))
    expect(found.sort()).toEqual([...Object.keys(VECTOR_FILES), 'foreign.json'].sort())
    const tests = ['tree-vectors.test.ts', 'note-vectors.test.ts'].map((name) =>
      readFileSync(join(import.meta.dirname, name), 'utf8'),
    )
    for (const name of found) expect(tests.join('')).toContain(`'${name}'`)
  })
})
