import { ENTERPRISE, GROUP, patch, USER } from './scim-stage.ts'
import type { Step } from './sequence.ts'

const FLAG = 'aadOptscim062020'
const joiner = {
  schemas: [USER, ENTERPRISE],
  externalId: 'e7b0',
  userName: 'alan@example.com',
  active: true,
  addresses: null,
  displayName: 'Alan Turing',
  emails: [{ type: 'work', value: 'alan@example.com', primary: true }],
  meta: { resourceType: 'User' },
  name: { formatted: 'Alan Turing', familyName: 'Turing', givenName: 'Alan' },
  phoneNumbers: null,
  preferredLanguage: null,
  title: null,
  [ENTERPRISE]: { department: 'Bletchley', manager: null },
}
const on = (what: string, body: unknown, has: object, told: readonly boolean[] = []): Step => ({
  what,
  method: 'PATCH',
  path: `/Users/{user}?${FLAG}`,
  body,
  status: 200,
  has,
  told,
})
const create: Step = {
  what: 'creates',
  method: 'POST',
  path: '/Users',
  body: joiner,
  status: 201,
  has: { userName: 'alan@example.com', [ENTERPRISE]: { department: 'Bletchley' } },
  keep: 'user',
  told: [true],
}
const members = (op: string, ...ids: readonly string[]) =>
  patch({ op, path: 'members', value: ids.map((value) => ({ $ref: null, value })) })

/**
 * How Entra provisions, after its guide to building a SCIM endpoint: looks for the matching attribute, creates, updates by PATCH with paths,
 * in the newer way and in the older one that its page of compatibility issues describes.
 */
export const ENTRA: Readonly<Record<string, readonly Step[]>> = {
  'takes somebody through a working life': [
    {
      what: 'tests the connection with somebody made up',
      method: 'GET',
      path: '/Users?filter=userName eq "7f2b1e55-0000-4000-8000-000000000000"',
      status: 200,
      has: { totalResults: 0, Resources: [] },
    },
    {
      what: 'not there yet',
      method: 'GET',
      path: '/Users?filter=externalId eq "e7b0"',
      status: 200,
      has: { totalResults: 0 },
    },
    create,
    {
      what: 'finds by external identifier',
      method: 'GET',
      path: `/Users?filter=externalId eq "e7b0"&${FLAG}`,
      status: 200,
      has: { totalResults: 1, Resources: [{ id: '{user}' }] },
    },
    on(
      'updates several attributes',
      patch(
        { op: 'Replace', path: 'emails[type eq "work"].value', value: 'turing@example.com' },
        { op: 'Replace', path: 'name.familyName', value: 'Mathison Turing' },
        { op: 'Add', path: `${ENTERPRISE}:department`, value: 'Hut 8' },
      ),
      {
        emails: [{ type: 'work', value: 'turing@example.com', primary: true }],
        name: { familyName: 'Mathison Turing' },
        [ENTERPRISE]: { department: 'Hut 8' },
      },
      [true],
    ),
    on(
      'adds what was not there',
      patch(
        { op: 'Add', path: 'phoneNumbers[type eq "mobile"].value', value: '+44 1' },
        { op: 'Add', path: 'addresses[type eq "work"].country', value: 'GB' },
        { op: 'Add', path: 'title', value: 'Cryptanalyst' },
      ),
      {
        phoneNumbers: [{ type: 'mobile', value: '+44 1' }],
        addresses: [{ type: 'work', country: 'GB' }],
        title: 'Cryptanalyst',
      },
    ),
    on(
      'sets a manager by identifier, and takes it away',
      patch(
        { op: 'Add', path: `${ENTERPRISE}:manager`, value: '{user}' },
        { op: 'Replace', path: `${ENTERPRISE}:manager`, value: { value: '{user}' } },
      ),
      { [ENTERPRISE]: { manager: { value: '{user}' } } },
    ),
    on(
      'renames',
      patch({ op: 'Replace', path: 'userName', value: 'amt@example.com' }),
      { userName: 'amt@example.com' },
      [true],
    ),
    on('disables', patch({ op: 'Replace', path: 'active', value: false }), { active: false }, [false]),
    {
      what: 'finds somebody who is disabled',
      method: 'GET',
      path: '/Users?filter=userName eq "AMT@example.com"',
      status: 200,
      has: { totalResults: 1, Resources: [{ id: '{user}', active: false }] },
    },
    on('enables', patch({ op: 'Replace', path: 'active', value: true }), { active: true }, [true]),
    { what: 'deletes', method: 'DELETE', path: '/Users/{user}', status: 204, told: [false] },
    { what: 'is gone', method: 'GET', path: '/Users/{user}', status: 404, has: { status: '404' } },
  ],
  'speaks its older way': [
    create,
    on('disables with text', patch({ op: 'Replace', path: 'active', value: 'False' }), { active: false }, [false]),
    on('enables with text', patch({ op: 'Replace', path: 'active', value: 'True' }), { active: true }, [true]),
    on(
      'writes a simple value as a list',
      patch({ op: 'Replace', path: 'displayName', value: [{ $ref: null, value: 'A. Turing' }] }),
      { displayName: 'A. Turing' },
      [true],
    ),
    on(
      'leaves the path out and dots the names',
      patch({
        op: 'Replace',
        value: {
          'name.givenName': 'A.',
          'emails[type eq "work"].value': 'a@example.com',
          [`${ENTERPRISE}:employeeNumber`]: '41',
          active: 'False',
        },
      }),
      {
        name: { givenName: 'A.', familyName: 'Turing' },
        emails: [{ value: 'a@example.com' }],
        [ENTERPRISE]: { employeeNumber: '41', department: 'Bletchley' },
        active: false,
      },
      [false],
    ),
    on(
      'adds an extension as a whole',
      patch({ op: 'Add', value: { [ENTERPRISE]: { division: 'Research' } } }),
      { [ENTERPRISE]: { division: 'Research', employeeNumber: '41' } },
      [false],
    ),
  ],
  'keeps a group': [
    { ...create, keep: 'user' },
    {
      what: 'another',
      method: 'POST',
      path: '/Users',
      body: { schemas: [USER], userName: 'joan@example.com', externalId: 'e8' },
      status: 201,
      keep: 'other',
      told: [true],
    },
    {
      what: 'not there yet',
      method: 'GET',
      path: '/Groups?excludedAttributes=members&filter=displayName eq "Hut 8"',
      status: 200,
      has: { totalResults: 0 },
    },
    {
      what: 'creates',
      method: 'POST',
      path: '/Groups',
      body: { schemas: [GROUP], externalId: 'g1', displayName: 'Hut 8', members: [], meta: { resourceType: 'Group' } },
      status: 201,
      has: { displayName: 'Hut 8', externalId: 'g1' },
      keep: 'group',
    },
    { what: 'adds', method: 'PATCH', path: '/Groups/{group}', body: members('Add', '{user}', '{other}'), status: 204 },
    { what: 'adds again', method: 'PATCH', path: '/Groups/{group}', body: members('Add', '{user}'), status: 204 },
    {
      what: 'asks whether somebody is a member',
      method: 'GET',
      path: '/Groups?excludedAttributes=members&filter=id eq "{group}" and members eq "{user}"',
      status: 200,
      has: { totalResults: 1, Resources: [{ id: '{group}' }] },
    },
    {
      what: 'renames',
      method: 'PATCH',
      path: '/Groups/{group}',
      body: patch({ op: 'Replace', path: 'displayName', value: 'Hut Eight' }),
      status: 204,
    },
    {
      what: 'removes one by its value',
      method: 'PATCH',
      path: '/Groups/{group}',
      body: members('Remove', '{user}'),
      status: 204,
    },
    {
      what: 'only the other is left',
      method: 'GET',
      path: '/Groups/{group}',
      status: 200,
      has: { displayName: 'Hut Eight', members: [{ value: '{other}' }] },
    },
    {
      what: 'who is deleted is no member any more',
      method: 'DELETE',
      path: '/Users/{other}',
      status: 204,
      told: [false],
    },
    {
      what: 'nobody is left',
      method: 'GET',
      path: '/Groups?filter=displayName eq "hut eight" and members eq "{other}"',
      status: 200,
      has: { totalResults: 0 },
    },
    { what: 'deletes', method: 'DELETE', path: '/Groups/{group}', status: 204 },
  ],
}
