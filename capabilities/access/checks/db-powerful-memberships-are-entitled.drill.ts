import { defineDrill } from '../../../kernel/drill/drill.ts'

export const dbPowerfulMembershipsAreEntitledDrill = defineDrill({
  check: 'access.db-powerful-memberships-are-entitled',
  sandbox: 'postgres',
  title: {
    de: 'Eine Rolle darf über eine Gruppe alle Daten lesen, und ihr Inhaber hat es sich selbst freigegeben',
    en: 'A role may read all data through a group, and its owner approved that alone',
  },
  expect: [{ resource: 'drill_reader', reason: 'self_approved' }],
  break: async (sandbox, register) => {
    await sandbox.sql('create role drill_readers nologin in role pg_read_all_data')
    await sandbox.sql('create role drill_reader login in role drill_readers')
    const rows = register.read()
    register.write({
      ...rows,
      account_owner: [
        ...rows.account_owner,
        { targetSystem: '*', account: 'drill_reader', ownerKind: 'person', owner: 'p-1' },
      ],
      entitlement: [
        ...rows.entitlement,
        {
          targetSystem: '*',
          account: 'drill_reader',
          privilege: 'database',
          need: 'none',
          approvedBy: 'p-1',
          until: null,
        },
      ],
    })
  },
  mend: async (sandbox, register) => {
    await sandbox.sql('drop role drill_reader, drill_readers')
    const rows = register.read()
    register.write({
      ...rows,
      account_owner: rows.account_owner.filter((row) => row['account'] !== 'drill_reader'),
      entitlement: rows.entitlement.filter((row) => row['account'] !== 'drill_reader'),
    })
  },
})
