import { GROUP_SCHEMA, MOST_MEMBERS } from '../contract.ts'
import { link, several, text } from './attribute.ts'
import type { Schema } from './schema.ts'

/** A group of people (RFC 7643, section 4.2). Groups hold people and no groups. */
export const groupSchema: Schema = {
  id: GROUP_SCHEMA,
  name: 'Group',
  description: 'A group of people.',
  attributes: [
    text('displayName', 'Name of the group.', { required: true, most: 400, plain: true }),
    several(
      'members',
      'Who belongs to it.',
      [
        text('value', 'Identifier of the person.', {
          required: true,
          caseExact: true,
          mutability: 'immutable',
          most: 100,
        }),
        link('$ref', 'Address of the person.', { mutability: 'readOnly', referenceTypes: ['User'] }),
        text('type', 'What the member is.', { mutability: 'readOnly', canonicalValues: ['User'] }),
      ],
      { most: MOST_MEMBERS },
    ),
  ],
}
