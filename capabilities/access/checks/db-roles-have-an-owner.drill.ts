import { defineDrill } from '../../../kernel/drill/drill.ts'

export const dbRolesHaveAnOwnerDrill = defineDrill({
  check: 'access.db-roles-have-an-owner',
  sandbox: 'postgres',
  title: { de: 'Eine Rolle, die niemandem gehört', en: 'A role that belongs to nobody' },
  expect: [{ resource: 'drill_stranger', reason: 'no_owner' }],
  break: (sandbox) => sandbox.sql('create role drill_stranger login'),
  mend: (sandbox) => sandbox.sql('drop role drill_stranger'),
})
