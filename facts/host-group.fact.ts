import { count, defineFact, name, names } from './fact.ts'

export const hostGroupFact = defineFact({
  kind: 'host_group',
  about: 'host',
  title: { de: 'Gruppe', en: 'Group' },
  columns: {
    groupName: name,
    gid: count,
    /** Members by name: those listed in the group and those whose primary group it is. */
    members: names,
  },
  sample: {
    groupName: 'sudo',
    gid: 27,
    members: ['ada'],
  },
})
