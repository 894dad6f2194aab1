import { ENTERPRISE_SCHEMA } from '../contract.ts'
import { complex, text } from './attribute.ts'
import { extensionSchema, type Schema } from './schema.ts'

/** What an employer adds (RFC 7643, section 4.3). */
export const enterpriseSchema: Schema = extensionSchema({
  id: ENTERPRISE_SCHEMA,
  name: 'EnterpriseUser',
  description: 'What an employer says of a person.',
  attributes: [
    text('employeeNumber', 'Staff number.', { most: 200, plain: true }),
    text('costCenter', 'Cost centre.', { most: 200 }),
    text('organization', 'Organisation.', { most: 400 }),
    text('division', 'Division.', { most: 400 }),
    text('department', 'Department.', { most: 400 }),
    complex('manager', 'Whom the person answers to.', [
      text('value', 'Identifier of the manager at the provider or here.', { caseExact: true, most: 200, plain: true }),
    ]),
  ],
})
