import { defineDrill } from '../../../kernel/drill/drill.ts'

/** Set on a line of its own, where no other drill sets one; the sandbox keeps line 1 for itself. */
const LINE = 'hots all drill_nobody 127.0.0.1/32 reject'
const AT = 11

export const dbHbaIsValidDrill = defineDrill({
  check: 'access.db-hba-is-valid',
  sandbox: 'postgres',
  title: { de: 'Ein Tippfehler in der pg_hba.conf', en: 'A typing error in pg_hba.conf' },
  expect: [{ resource: `pg_hba.conf:${AT}`, reason: 'invalid' }],
  break: async (sandbox) => {
    const lines = (await sandbox.readHba()).split('\n')
    while (lines.length < AT - 1) lines.push('#')
    lines[AT - 2] = LINE
    await sandbox.hba(lines.join('\n'))
  },
  mend: async (sandbox) => {
    const text = await sandbox.readHba()
    await sandbox.hba(text.replace(LINE, '#').replace(/(\n#?)*$/, '\n'))
  },
})
