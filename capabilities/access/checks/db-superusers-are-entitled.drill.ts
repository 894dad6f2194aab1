import { defineDrill } from '../../../kernel/drill/drill.ts'

export const dbSuperusersAreEntitledDrill = defineDrill({
  check: 'access.db-superusers-are-entitled',
  sandbox: 'postgres',
  title: {
    de: 'Eine Rolle wird Mitglied eines Superusers, ohne Freigabe',
    en: 'A role becomes a member of a superuser, without an entitlement',
  },
  expect: [{ resource: 'drill_oncall', reason: 'no_entitlement' }],
  break: async (sandbox, register) => {
    await sandbox.sql('create role drill_dba nologin superuser')
    await sandbox.sql('create role drill_oncall login noinherit in role drill_dba')
    register.write({
      ...register.read(),
      account_owner: [
        ...register.read().account_owner,
        { targetSystem: '*', account: 'drill_oncall', ownerKind: 'person', owner: 'p-1' },
      ],
    })
  },
  mend: async (sandbox, register) => {
    await sandbox.sql('drop role drill_oncall, drill_dba')
    register.write({
      ...register.read(),
      account_owner: register.read().account_owner.filter((row) => row['account'] !== 'drill_oncall'),
    })
  },
})
