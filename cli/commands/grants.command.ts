import type { AccessView, GrantView } from '../../capabilities/access/contract.ts'
import { defineCommand } from '../command.ts'
import { remoteOf } from '../remote/call.ts'

/** `bergfried grants`: what is live; of everybody for whoever approves. With `--ended`, what has ended, with its receipt. */
export const grants = defineCommand({
  name: 'grants',
  summary: {
    de: 'zeigt gültige Zugänge, mit --ended die beendeten',
    en: 'shows live access, with --ended what has ended',
  },
  options: {
    ended: { type: 'boolean', help: { de: 'die beendeten mit Beleg', en: 'those that ended, with receipt' } },
  },
  async run(world, { options }) {
    const view = await (await remoteOf(world)).call<AccessView>('access')
    for (const g of options['ended'] === true ? view.ended : view.grants) world.out(line(g))
    return 0
  },
})

function line(g: GrantView): string {
  const head = `${g.id}  ${g.person}  ${g.entitlement}  ${g.system}`
  if (g.endedAt === null) return `${head}  → ${g.until}${g.problem === null ? '' : `  ! ${g.problem}`}`
  const { step } = g
  const took = step?.verifiedAt == null ? '' : `  ${(Date.parse(step.verifiedAt) - Date.parse(g.endedAt)) / 1000} s`
  return `${head}  ${g.endReason}  ${g.endedAt}  ${step?.state ?? '-'}${took}${step?.reason == null ? '' : `  ! ${step.reason}`}`
}
