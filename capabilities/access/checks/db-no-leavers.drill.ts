import { defineDrill } from '../../../kernel/drill/drill.ts'

export const dbNoLeaversDrill = defineDrill({
  check: 'access.db-no-leavers',
  sandbox: 'postgres',
  title: {
    de: 'Jemand scheidet aus; die Rolle wird gesperrt, die Verbindung bleibt offen',
    en: 'Somebody leaves; the role is locked, the connection stays open',
  },
  expect: [{ resource: 'drill_leaver', reason: 'leaver_connected' }],
  break: async (sandbox, register) => {
    await sandbox.sql("create role drill_leaver login password 'until-today'")
    await sandbox.sql('grant connect on database shop to drill_leaver')
    await sandbox.connect('drill_leaver', 'until-today')
    await sandbox.sql('alter role drill_leaver nologin password null')
    const rows = register.read()
    register.write({
      ...rows,
      person: [
        ...rows.person,
        {
          person: 'p-9',
          displayName: 'Person 9',
          email: null,
          status: 'left',
          startsOn: '2020-01-01',
          endsOn: '2025-01-31',
        },
      ],
      account_owner: [
        ...rows.account_owner,
        { targetSystem: '*', account: 'drill_leaver', ownerKind: 'person', owner: 'p-9' },
      ],
    })
  },
  mend: async (sandbox, register) => {
    // Waits for each to be gone: a role with a connection can be dropped, and its connection goes on.
    await sandbox.sql("select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename = 'drill_leaver'")
    await sandbox.sql('revoke connect on database shop from drill_leaver')
    await sandbox.sql('drop role drill_leaver')
    const rows = register.read()
    register.write({
      ...rows,
      person: rows.person.filter((row) => row['person'] !== 'p-9'),
      account_owner: rows.account_owner.filter((row) => row['account'] !== 'drill_leaver'),
    })
  },
})
