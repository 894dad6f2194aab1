import type { KeysView } from '../../capabilities/fields/contract.ts'
import { defineCommand } from '../command.ts'
import { remoteOf } from '../remote/call.ts'

/** `bergfried keys list`: keys with state, age and use; orders that wait, live grants, holders. */
export const keysList = defineCommand({
  name: 'keys list',
  summary: {
    de: 'zeigt Schlüssel mit Zustand, Alter und Nutzung, dazu Freigaben und Inhaber',
    en: 'shows keys with state, age and use, and grants and holders',
  },
  async run(world) {
    const { keys, orders, holders, keeperKey } = await (await remoteOf(world)).keys<KeysView>('keys')
    const day = (at: string | null): string => at?.slice(0, 10) ?? '–'
    if (keeperKey !== null) world.out(`keeper  ${keeperKey}`)
    for (const k of keys) {
      const use = `${k.uses} / ${k.refused}  ${day(k.lastUse)}`
      world.out(`${k.name}  ${k.state}  v${k.versions} ${day(k.rotatedAt)}  ${k.liveGrants}  ${use}`)
    }
    for (const o of orders.filter(({ state }) => state === 'open' || state === 'live')) {
      const who = o.holder === null ? '' : `  ${o.holder} (${o.owner})`
      const until = o.until === null ? '' : `  → ${o.until}  ${o.uses}`
      world.out(`${o.id}  ${o.state}  ${o.kind}  ${o.key}${who}${until}  ${JSON.stringify(o.need)}`)
    }
    for (const h of holders) world.out(`${h.name}  ${h.owner}  ${day(h.enrolledAt)}`)
    return 0
  },
})
