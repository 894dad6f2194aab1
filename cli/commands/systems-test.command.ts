import { collectOnce } from '../../app/watch.ts'
import { problemText } from '../../kernel/check/row-words.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { defineCommand } from '../command.ts'
import { CONFIG_OPTION, withHouse } from '../house.ts'

/** `bergfried systems test NAME`: reads one system and says per connector what could be read and what not. */
export const systemsTest = defineCommand({
  name: 'systems test',
  summary: {
    de: 'liest ein System und sagt, was lesbar ist und was nicht',
    en: 'reads one system and says what is readable and what is not',
  },
  args: [{ name: 'NAME', help: { de: 'Name des Systems', en: 'name of the system' } }],
  options: CONFIG_OPTION,
  run: (world, { args, options }) =>
    withHouse(world, options['config'] as string | undefined, async (house) => {
      const name = args[0] ?? ''
      const system = house.watched.find((s) => s.name === name)
      if (system === undefined) throw new BergfriedError('system.unknown', { system: name })
      let failed = 0
      for (const connector of house.connectors.filter((c) => c.system === system.kind)) {
        const { failures, milliseconds } = await collectOnce(
          house.database.stage('bf_collect'),
          house.clock,
          system,
          [connector],
          {
            signal: world.signal,
            onDefect: (where, error) => world.note(`${where}: ${error instanceof Error ? error.stack : String(error)}`),
          },
        )
        failed += failures.size
        world.out(`${failures.size === 0 ? '●' : '✕'} ${connector.id.padEnd(22)} ${milliseconds} ms`)
        const causes = Map.groupBy(failures, ([, failure]) => problemText({ ...failure }, world.lang))
        for (const [cause, kinds] of causes) world.out(`    ${kinds.map(([kind]) => kind).join(', ')}: ${cause}`)
      }
      return failed === 0 ? 0 : 3
    }),
})
