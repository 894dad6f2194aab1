import { knownRules } from '../../app/network.ts'
import { replayHere } from '../../capabilities/network/enforce.ts'
import { proveAndReplay } from '../../capabilities/network/start-network.ts'
import { defineCommand } from '../command.ts'
import { CONFIG_OPTION, withHouse } from '../house.ts'

const MARKS = { proved: '●', violated: '▲', undecided: '○' } as const
const WORDS = {
  proved: ['bewiesen', 'proved'],
  violated: ['verletzt', 'violated'],
  undecided: ['nicht zu entscheiden', 'cannot be decided'],
} as const
const REPLAYS = {
  confirmed: ['im Nachspielen durchgekommen', 'came through in a replay'],
  not_confirmed: ['im Nachspielen nicht durchgekommen', 'did not come through in a replay'],
  cannot: ['nicht nachzuspielen', 'cannot be replayed'],
  none: ['', ''],
} as const

/** `bergfried net prove`: whether every intent holds on every host. */
export const netProve = defineCommand({
  name: 'net prove',
  summary: {
    de: 'beweist, dass niemand sonst die geschützten Bereiche erreicht, oder zeigt das Paket, das durchkommt',
    en: 'proves that nobody else reaches the protected segments, or shows the packet that comes through',
  },
  options: CONFIG_OPTION,
  run: (world, { options }) =>
    withHouse(world, options['config'] as string | undefined, async (house) => {
      const n = world.lang === 'de' ? 0 : 1
      const { network } = house.config
      const problem = (where: string, error: unknown): void => world.note(`${where}: ${(error as Error).message}`)
      const proofs = await proveAndReplay({
        config: network,
        rulesOf: () => knownRules(house, problem),
        replay: replayHere,
      })
      if (proofs.length === 0)
        world.out(
          n === 0
            ? 'Keine Absicht ist aufgeschrieben: `network` in bergfried.yaml.'
            : 'No intent is written down: `network` in bergfried.yaml.',
        )
      for (const { intent, host, hook, verdict, packet, rule, because, replay } of proofs) {
        world.out(`${MARKS[verdict]} ${intent} @ ${host}/${hook}: ${WORDS[verdict][n]}`)
        if (packet !== null) world.out(`    ${packet}`)
        if (rule !== null) world.out(`    ${rule}`)
        if (because !== null) world.out(`    ${because}`)
        if (REPLAYS[replay][n] !== '') world.out(`    ${REPLAYS[replay][n]}`)
      }
      if (proofs.some(({ verdict }) => verdict === 'violated')) return 1
      return proofs.length === 0 || proofs.some(({ verdict }) => verdict === 'undecided') ? 3 : 0
    }),
})
