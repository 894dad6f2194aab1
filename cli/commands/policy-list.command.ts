import { loadShippedOrOwn } from '../../app/house.ts'
import { loadConfig } from '../../kernel/config/config.ts'
import { defineCommand } from '../command.ts'
import { CONFIG_OPTION } from '../house.ts'

/** `bergfried policy list`: every promise with the checks and attestations that stand behind it. Validates on the way. */
export const policyList = defineCommand({
  name: 'policy list',
  summary: {
    de: 'prüft die Richtlinie und zeigt jede Zusage mit dem, was sie misst',
    en: 'validates the policy and shows each promise with what measures it',
  },
  options: CONFIG_OPTION,
  async run(world, { options }) {
    const config = await loadConfig(options['config'] as string | undefined, world.env, world.cwd)
    const policy = await loadShippedOrOwn(config)
    for (const control of policy.controls) {
      world.out(`${control.id.padEnd(8)} ${control.claim[world.lang]}`)
      for (const check of control.checks) world.out(`           ${check}`)
      for (const attestation of control.attestations) {
        world.out(
          `           ${world.lang === 'de' ? 'Bezeugung' : 'attestation'} ${attestation.id}: ${attestation.title[world.lang]}`,
        )
      }
    }
    const unbound = policy.controls.filter((c) => c.checks.length + c.attestations.length === 0).length
    world.note(
      world.lang === 'de'
        ? `${policy.controls.length} Zusagen, ${unbound} ohne Messung`
        : `${policy.controls.length} promises, ${unbound} without a measurement`,
    )
    return 0
  },
})
