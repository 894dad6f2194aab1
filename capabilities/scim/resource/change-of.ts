import type { ScimChange } from '../contract.ts'
import { type Attributes, isComplex, isSeveral } from '../schema/attribute.ts'

const MOST_NAME = 400

/** What the register is told of somebody's values. */
export function changeOf(values: Attributes): ScimChange {
  const userName = textOf(values, 'userName') ?? ''
  return {
    userName,
    externalId: textOf(values, 'externalId'),
    displayName: (textOf(values, 'displayName') ?? nameOf(values) ?? userName).slice(0, MOST_NAME).trim(),
    email: emailOf(values),
    active: values['active'] === true,
  }
}

const textOf = (values: Attributes, key: string): string | null => filled(values[key])

const filled = (value: unknown): string | null => {
  const text = typeof value === 'string' ? value.trim() : ''
  return text === '' ? null : text
}

function nameOf({ name }: Attributes): string | null {
  if (!isComplex(name)) return null
  const parts = [name['givenName'], name['familyName']].map(filled).filter((part) => part !== null)
  return filled(name['formatted']) ?? (parts.length === 0 ? null : parts.join(' '))
}

/** The preferred address, or the one for work, or the first. */
function emailOf({ emails }: Attributes): string | null {
  if (!isSeveral(emails)) return null
  const chosen =
    emails.find((email) => email['primary'] === true) ?? emails.find((email) => email['type'] === 'work') ?? emails[0]
  return filled(chosen?.['value'])
}
