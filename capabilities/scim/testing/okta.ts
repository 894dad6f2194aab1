import { GROUP, patch, USER } from './scim-stage.ts'
import type { Step } from './sequence.ts'

const profile = (more: object) => ({
  schemas: [USER],
  userName: 'grace.hopper@example.com',
  name: { givenName: 'Grace', familyName: 'Hopper' },
  emails: [{ primary: true, value: 'grace.hopper@example.com', type: 'work' }],
  displayName: 'Grace Hopper',
  locale: 'en-US',
  externalId: '00u1okta',
  groups: [],
  ...more,
})
const someone = (userName: string) => ({ schemas: [USER], userName, externalId: `00u-${userName}`, active: true })
const empty = { totalResults: 0, startIndex: 1, itemsPerPage: 0, Resources: [] }

/**
 * How Okta provisions, after its reference of SCIM 2.0: looks for the user name, creates, updates by PUT, deactivates and reactivates by a
 * PATCH without a path, pushes groups.
 */
export const OKTA: Readonly<Record<string, readonly Step[]>> = {
  'tests the connection': [
    { what: 'users', method: 'GET', path: '/Users?startIndex=1&count=2', status: 200, has: empty },
    { what: 'groups', method: 'GET', path: '/Groups?startIndex=1&count=100', status: 200, has: empty },
  ],
  'takes somebody through a working life': [
    {
      what: 'not there yet',
      method: 'GET',
      path: '/Users?filter=userName eq "grace.hopper@example.com"&startIndex=1&count=100',
      status: 200,
      has: empty,
    },
    {
      what: 'creates',
      method: 'POST',
      path: '/Users',
      body: profile({ password: '1mz050nq', active: true }),
      status: 201,
      has: { userName: 'grace.hopper@example.com', active: true, externalId: '00u1okta' },
      keep: 'user',
      told: [true],
    },
    {
      what: 'finds by user name, in other case too',
      method: 'GET',
      path: '/Users?filter=userName eq "Grace.Hopper@example.com"&startIndex=1&count=100',
      status: 200,
      has: { totalResults: 1, itemsPerPage: 1, Resources: [{ id: '{user}', active: true }] },
    },
    {
      what: 'reads',
      method: 'GET',
      path: '/Users/{user}',
      status: 200,
      has: { id: '{user}', name: { givenName: 'Grace' } },
    },
    {
      what: 'updates the profile',
      method: 'PUT',
      path: '/Users/{user}',
      body: profile({
        id: '{user}',
        active: true,
        name: { givenName: 'Grace', middleName: 'Brewster', familyName: 'Hopper' },
        meta: { resourceType: 'User' },
      }),
      status: 200,
      has: { name: { givenName: 'Grace', middleName: 'Brewster', familyName: 'Hopper' } },
    },
    {
      what: 'deactivates',
      method: 'PATCH',
      path: '/Users/{user}',
      body: patch({ op: 'replace', value: { active: false } }),
      status: 200,
      has: { id: '{user}', active: false },
      told: [false],
    },
    {
      what: 'sees that it is so',
      method: 'GET',
      path: '/Users?filter=userName eq "grace.hopper@example.com"',
      status: 200,
      has: { totalResults: 1, Resources: [{ active: false }] },
    },
    {
      what: 'reactivates',
      method: 'PATCH',
      path: '/Users/{user}',
      body: patch({ op: 'replace', value: { active: true } }),
      status: 200,
      has: { active: true },
      told: [true],
    },
    {
      what: 'deactivates by PUT',
      method: 'PUT',
      path: '/Users/{user}',
      body: profile({ id: '{user}', active: false }),
      status: 200,
      has: { active: false },
      told: [false],
    },
    {
      what: 'a second one of the name',
      method: 'POST',
      path: '/Users',
      body: profile({ active: true }),
      status: 409,
      has: { status: '409', scimType: 'uniqueness' },
    },
    { what: 'nobody', method: 'GET', path: '/Users/00u-nobody', status: 404, has: { status: '404' } },
  ],
  'pushes a group': [
    { what: 'a', method: 'POST', path: '/Users', body: someone('a'), status: 201, keep: 'a', told: [true] },
    { what: 'b', method: 'POST', path: '/Users', body: someone('b'), status: 201, keep: 'b', told: [true] },
    {
      what: 'creates',
      method: 'POST',
      path: '/Groups',
      body: { schemas: [GROUP], displayName: 'Engineering', members: [] },
      status: 201,
      has: { displayName: 'Engineering', meta: { resourceType: 'Group' } },
      keep: 'group',
    },
    {
      what: 'finds by name',
      method: 'GET',
      path: '/Groups?filter=displayName eq "Engineering"&startIndex=1&count=100',
      status: 200,
      has: { totalResults: 1, Resources: [{ id: '{group}' }] },
    },
    {
      what: 'renames, repeating the identifier',
      method: 'PATCH',
      path: '/Groups/{group}',
      body: patch({ op: 'replace', value: { id: '{group}', displayName: 'Engineers' } }),
      status: 204,
    },
    {
      what: 'adds members',
      method: 'PATCH',
      path: '/Groups/{group}',
      body: patch({
        op: 'add',
        path: 'members',
        value: [
          { value: '{a}', display: 'a@example.com' },
          { value: '{b}', display: 'b@example.com' },
        ],
      }),
      status: 204,
    },
    {
      what: 'sees them',
      method: 'GET',
      path: '/Groups/{group}',
      status: 200,
      has: { displayName: 'Engineers' },
    },
    {
      what: 'removes one member',
      method: 'PATCH',
      path: '/Groups/{group}',
      body: patch({ op: 'remove', path: 'members[value eq "{a}"]' }),
      status: 204,
    },
    {
      what: 'sees who is left',
      method: 'GET',
      path: '/Groups/{group}',
      status: 200,
      has: { members: [{ value: '{b}', type: 'User' }] },
    },
    {
      what: 'exchanges in one request',
      method: 'PATCH',
      path: '/Groups/{group}?attributes=members',
      body: patch(
        { op: 'remove', path: 'members[value eq "{b}"]' },
        { op: 'add', path: 'members', value: [{ value: '{a}', display: 'a@example.com' }] },
      ),
      status: 200,
      has: { members: [{ value: '{a}' }] },
    },
    {
      what: 'sets all members',
      method: 'PATCH',
      path: '/Groups/{group}?attributes=members',
      body: patch({ op: 'replace', path: 'members', value: [{ value: '{b}', display: 'b@example.com' }] }),
      status: 200,
      has: { members: [{ value: '{b}' }] },
    },
    {
      what: 'the person tells of it',
      method: 'GET',
      path: '/Users/{b}',
      status: 200,
      has: { groups: [{ value: '{group}', display: 'Engineers', type: 'direct' }] },
    },
    { what: 'deletes', method: 'DELETE', path: '/Groups/{group}', status: 204 },
    { what: 'is gone', method: 'GET', path: '/Groups/{group}', status: 404 },
  ],
}
