import { defineDrill, type RegisterRows } from '../../../kernel/drill/drill.ts'

let before: RegisterRows | null = null

export const noLeaversOnHostsDrill = defineDrill({
  check: 'access.no-leavers-on-hosts',
  sandbox: 'host',
  title: {
    de: 'ada scheidet aus, ihr Konto bleibt offen',
    en: 'ada leaves, her account stays open',
  },
  expect: [{ resource: 'ada', reason: 'live' }],
  async break(_host, register) {
    before = register.read()
    const person = before.person.map((row) =>
      row['person'] === 'p-1' ? { ...row, status: 'left', endsOn: '2026-01-31' } : row,
    )
    register.write({ ...before, person })
  },
  async mend(_host, register) {
    if (before !== null) register.write(before)
  },
})
