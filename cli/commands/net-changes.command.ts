import type { FirewallView } from '../../capabilities/firewall/contract.ts'
import { defineCommand } from '../command.ts'
import { remoteOf } from '../remote/call.ts'
import { stateWord } from '../remote/firewall.ts'

/** `bergfried net changes`: hosts with their rule sets held against what was approved, and changes, the newest first. */
export const netChanges = defineCommand({
  name: 'net changes',
  summary: {
    de: 'zeigt Firewalls, ob sie sind wie freigegeben, und Änderungen',
    en: 'shows firewalls, whether they are as approved, and changes',
  },
  async run(world) {
    const { hosts, changes } = await (await remoteOf(world)).firewall<Omit<FirewallView, 'me' | 'credentials'>>(
      'firewall',
    )
    for (const { host, meaning, digest, changedBy, problems } of hosts) {
      const hand =
        changedBy === null ? '' : `  ${changedBy.process} ${changedBy.pid} uid ${changedBy.uid ?? '?'} ${changedBy.at}`
      world.out(
        `${host}  ${meaning}  ${digest.slice(0, 12)}${meaning === 'different' || meaning === 'undecided' ? hand : ''}`,
      )
      for (const problem of problems) world.out(`  ! ${problem[world.lang]}`)
    }
    if (hosts.length > 0 && changes.length > 0) world.out('')
    for (const { id, host, state, author, need } of changes) {
      world.out(`${id}  ${host}  ${stateWord(state, world.lang)}  ${author}  ${JSON.stringify(need)}`)
    }
    return 0
  },
})
