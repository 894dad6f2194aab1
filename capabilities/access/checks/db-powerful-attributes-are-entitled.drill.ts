import { defineDrill } from '../../../kernel/drill/drill.ts'

export const dbPowerfulAttributesAreEntitledDrill = defineDrill({
  check: 'access.db-powerful-attributes-are-entitled',
  sandbox: 'postgres',
  title: {
    de: 'Eine Rolle darf auf einmal Rollen anlegen, ohne Freigabe',
    en: 'A role may suddenly create roles, without an entitlement',
  },
  expect: [{ resource: 'drill_maker', reason: 'no_entitlement' }],
  break: async (sandbox, register) => {
    await sandbox.sql('create role drill_maker login createrole')
    register.write({
      ...register.read(),
      account_owner: [
        ...register.read().account_owner,
        { targetSystem: '*', account: 'drill_maker', ownerKind: 'person', owner: 'p-1' },
      ],
    })
  },
  mend: async (sandbox, register) => {
    await sandbox.sql('drop role drill_maker')
    register.write({
      ...register.read(),
      account_owner: register.read().account_owner.filter((row) => row['account'] !== 'drill_maker'),
    })
  },
})
