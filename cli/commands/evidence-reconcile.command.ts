import { openLogReader } from '../../app/log-reader.ts'
import { reconcile } from '../../capabilities/evidence/seal/reconcile.ts'
import { defineCommand } from '../command.ts'
import { CONFIG_OPTION, withHouse } from '../house.ts'
import { oneOf, wrongUsage } from '../options.ts'

/** `bergfried evidence reconcile`: after a restored backup, takes the entries that the database lost back from the log. */
export const evidenceReconcile = defineCommand({
  name: 'evidence reconcile',
  summary: {
    de: 'holt nach einer Rücksicherung die Einträge, die der Datenbank fehlen, aus dem Protokoll zurück',
    en: 'after a backup was restored, takes the entries that the database lost back from the log',
  },
  options: {
    ...CONFIG_OPTION,
    yes: {
      type: 'boolean',
      help: {
        de: 'ja, der Server ist beendet und die Datenbank stammt aus einer Sicherung',
        en: 'yes, the server is stopped and the database comes from a backup',
      },
    },
    format: { type: 'string', value: 'text|json', help: { de: 'Ausgabe', en: 'output' } },
  },
  async run(world, { options }) {
    const format = oneOf(options['format'] ?? 'text', ['text', 'json'], '--format')
    if (options['yes'] !== true) {
      throw wrongUsage(
        'Das Abgleichen verändert die Datenbank und gehört nur hinter eine Rücksicherung. Mit --yes bestätigen.',
        'Reconciling changes the database and belongs only after a restored backup. Confirm with --yes.',
      )
    }
    return withHouse(world, options['config'] as string | undefined, async (house) => {
      const log = await openLogReader(house, world.env)
      const { verifierKey } = log.identity
      const owner = house.database.stage('bf_owner')
      const { sealed, lost, moved, from } = await reconcile({ owner, log, verifierKey, at: house.clock.now() })
      if (format === 'json') world.out(JSON.stringify({ sealed, lost, moved, from }, null, 2))
      else if (lost === 0) {
        world.out(
          world.lang === 'de'
            ? `Nichts zu tun: die Datenbank hat alle ${sealed} versiegelten Einträge.`
            : `Nothing to do: the database has all ${sealed} sealed entries.`,
        )
      } else {
        world.out(
          world.lang === 'de'
            ? `${lost} Einträge ab ${from} aus dem Protokoll zurückgeholt (ihr Inhalt bleibt verloren), ${moved} dahinter gestellt.`
            : `${lost} entries from ${from} on taken back from the log (their bodies stay lost), ${moved} moved behind them.`,
        )
      }
      return 0
    })
  },
})
