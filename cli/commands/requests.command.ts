import type { AccessView, RequestView } from '../../capabilities/access/contract.ts'
import { defineCommand } from '../command.ts'
import { remoteOf } from '../remote/call.ts'

/** `bergfried requests`: those that wait for the caller, and the caller's own. */
export const requests = defineCommand({
  name: 'requests',
  summary: {
    de: 'zeigt Anträge: die auf mich warten und meine',
    en: 'shows requests: those that wait for me, and mine',
  },
  async run(world) {
    const view = await (await remoteOf(world)).call<AccessView>('access')
    const line = (r: RequestView): string =>
      `${r.id}  ${r.state.padEnd(9)}  ${r.receiver}  ${r.entitlement}  ${r.seconds / 60} min  ${JSON.stringify(r.need)}`
    for (const r of view.waiting) world.out(line(r))
    for (const e of view.enrolments) world.out(`${e.id}  approver   ${e.person}`)
    if (view.waiting.length + view.enrolments.length > 0) world.out('')
    for (const r of view.requests) world.out(line(r))
    return 0
  },
})
