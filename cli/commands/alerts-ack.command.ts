import { userInfo } from 'node:os'
import { decideAlert } from '../../capabilities/detection/alerts.ts'
import { defineCommand } from '../command.ts'
import { CONFIG_OPTION, withHouse } from '../house.ts'
import { wrongUsage } from '../options.ts'

/** `bergfried alerts ack ID`. */
export const alertsAck = defineCommand({
  name: 'alerts ack',
  summary: { de: 'bestätigt, dass jemand einen Alarm gesehen hat', en: 'says that somebody has seen an alert' },
  args: [{ name: 'ID', help: { de: 'wie `alerts list` sie zeigt', en: 'as `alerts list` shows it' } }],
  options: {
    ...CONFIG_OPTION,
    note: { type: 'string', value: 'TEXT', help: { de: 'was es war', en: 'what it was' } },
  },
  run: (world, { args, options }) =>
    withHouse(world, options['config'] as string | undefined, async (house) => {
      const id = args[0] ?? ''
      if (!/^[0-9a-f-]{36}$/.test(id))
        throw wrongUsage('Eine Nummer aus `alerts list` angeben.', 'Name an id from `alerts list`.')
      const note = typeof options['note'] === 'string' ? options['note'].slice(0, 2000) : null
      const by = `local:${userInfo().username}`
      await decideAlert(house.database.stage('bf_detect'), house.clock, id, { state: 'acknowledged', by, note })
      return 0
    }),
})
