import * as z from 'zod'
import { chaptersSchema, controlSchema, frameworksSchema, rolesSchema } from './policy-schema.ts'

/**
 * JSON Schema (draft 7, the one that editors' YAML support understands best) for every file of a policy folder:
 * which of the four shapes applies follows from the file's top field.
 */
export function policyJsonSchema(): Readonly<Record<string, unknown>> {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Bergfried policy',
    type: 'object',
    if: { required: ['chapters'] },
    // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
    then: shapeOf(chaptersSchema),
    else: {
      if: { required: ['frameworks'] },
      // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
      then: shapeOf(frameworksSchema),
      else: {
        if: { required: ['roles'] },
        // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
        then: shapeOf(rolesSchema),
        else: shapeOf(controlSchema),
      },
    },
  }
}

function shapeOf(schema: z.ZodType): Readonly<Record<string, unknown>> {
  const { $schema: _, ...shape } = z.toJSONSchema(schema, { target: 'draft-7', io: 'input' })
  return shape
}
