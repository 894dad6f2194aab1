import { USER_SCHEMA } from '../contract.ts'
import { complex, flag, link, several, text } from './attribute.ts'
import type { Schema } from './schema.ts'

const type = (of: string, values: readonly string[]) =>
  text('type', `What the ${of} is for.`, { canonicalValues: values, most: 100 })
const primary = flag('primary', 'Whether it is the preferred one; at most one is.')
const display = text('display', 'How it is shown.')

/**
 * What is kept of somebody (RFC 7643, section 4.1). Left out on purpose: passwords and certificates, because nobody signs in
 * with what a provider sends here; roles and entitlements, because rights are given here and approved here; photos and
 * addresses of messengers, because nothing needs them.
 */
export const userSchema: Schema = {
  id: USER_SCHEMA,
  name: 'User',
  description: 'A person.',
  attributes: [
    text('userName', 'Under which the provider knows the person; nobody else has it.', {
      required: true,
      uniqueness: 'server',
      most: 200,
      plain: true,
    }),
    complex('name', 'The name in its parts.', [
      text('formatted', 'The whole name.', { most: 400, plain: true }),
      text('familyName', 'Family name.', { most: 200, plain: true }),
      text('givenName', 'Given name.', { most: 200, plain: true }),
      text('middleName', 'Middle names.', { most: 200, plain: true }),
      text('honorificPrefix', 'Title before the name.', { most: 200, plain: true }),
      text('honorificSuffix', 'Title behind the name.', { most: 200, plain: true }),
    ]),
    text('displayName', 'The name as it is shown.', { most: 400, plain: true }),
    text('nickName', 'How the person is called.', { most: 200, plain: true }),
    link('profileUrl', 'A page about the person.'),
    text('title', 'Position.', { most: 400 }),
    text('userType', 'Relation to the house, for example employee or contractor.', { most: 200 }),
    text('preferredLanguage', 'Language, as in Accept-Language.', { most: 100 }),
    text('locale', 'Where numbers and dates follow.', { most: 100 }),
    text('timezone', 'Time zone, as in the IANA database.', { most: 100 }),
    flag('active', 'False: has left, and loses every access.'),
    several('emails', 'Email addresses.', [
      text('value', 'The address.', { most: 320, plain: true }),
      display,
      type('address', ['work', 'home', 'other']),
      primary,
    ]),
    several('phoneNumbers', 'Telephone numbers.', [
      text('value', 'The number.', { most: 100, plain: true }),
      display,
      type('number', ['work', 'home', 'mobile', 'fax', 'pager', 'other']),
      primary,
    ]),
    several('addresses', 'Postal addresses.', [
      text('formatted', 'The whole address.'),
      text('streetAddress', 'Street and number.'),
      text('locality', 'Town.'),
      text('region', 'Region.'),
      text('postalCode', 'Postal code.', { most: 100 }),
      text('country', 'Country, ISO 3166-1.', { most: 100 }),
      type('address', ['work', 'home', 'other']),
      primary,
    ]),
    several(
      'groups',
      'Groups that the person is a member of; changed at the groups.',
      [
        text('value', 'Identifier of the group.', { caseExact: true, mutability: 'readOnly' }),
        link('$ref', 'Address of the group.', { mutability: 'readOnly', referenceTypes: ['Group'] }),
        text('display', 'Name of the group.', { mutability: 'readOnly' }),
        text('type', 'How it came to the membership.', { mutability: 'readOnly', canonicalValues: ['direct'] }),
      ],
      { mutability: 'readOnly' },
    ),
  ],
}
