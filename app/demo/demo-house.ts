import { labelsOf, SYSTEMS } from '../../demo/company.ts'
import { demoConnectors } from '../../demo/connectors.ts'
import { isRead } from '../../demo/story.ts'
import { worldOf } from '../../demo/world.ts'
import type { Clock } from '../../kernel/clock/clock.ts'
import { registeredSystems, syncSystems } from '../../kernel/collect/systems.ts'
import type { Config } from '../../kernel/config/config.ts'
import { policyDigest } from '../../kernel/policy/policy-digest.ts'
import type { OpenedDatabase } from '../database-start.ts'
import { CHECK_BY_ID, type House, loadShippedOrOwn } from '../house.ts'

/**
 * A house over the made-up company: the shipped policy and checks, connectors that read the story, systems that exist
 * nowhere. Registers the systems.
 *
 * @param made - when the demo was made
 */
export async function demoHouse(opened: OpenedDatabase, config: Config, clock: Clock, made: Date): Promise<House> {
  const policy = await loadShippedOrOwn(config)
  const desk = opened.database.stage('bf_desk')
  const wanted = SYSTEMS.map(({ name, kind }) => ({ name, kind }))
  await syncSystems(desk, wanted, [{ demo: true, systems: wanted, policy: policyDigest(policy) }], clock.now())
  const systems = await registeredSystems(desk)
  return {
    ...opened,
    config,
    clock,
    policy,
    checks: CHECK_BY_ID,
    demo: true,
    connectors: demoConnectors(worldOf(made)),
    systems,
    watched: systems.flatMap((system) => {
      const known = SYSTEMS.find((s) => s.name === system.name)
      if (known === undefined || !isRead(system.name, clock.now(), made)) return []
      // There is nothing to reach: the connectors of the demo look at no target.
      return [{ ...system, target: undefined as never, labels: labelsOf(known) }]
    }),
  }
}
