import { expect, it } from 'vitest'
import { schemaFiles, writeSchemas } from './write-schemas.ts'

it('docs/reference holds the schemas of today (otherwise: sh bin/node24 tools/write-schemas.ts)', () => {
  expect(writeSchemas(true)).toEqual([])
})

it('the policy schema knows the four kinds of files', () => {
  const schema = JSON.parse(schemaFiles().get('policy.schema.json') ?? '')
  const control = schema.else.else.else
  expect(control.required).toEqual(['id', 'chapter', 'claim', 'owner', 'public'])
  expect(control.additionalProperties).toBe(false)
  expect(schema.then.required).toEqual(['chapters'])
  expect(schema.else.else.then.required).toEqual(['roles'])
})
