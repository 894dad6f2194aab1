import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../kernel/clock/clock.ts'
import type { Connector } from '../kernel/collect/connector.ts'
import type { SandboxHost } from '../kernel/drill/drill.ts'
import { type TestDatabase, testDatabase } from '../kernel/testing/cluster.ts'
import { CONNECTORS } from './connectors.generated.ts'
import { runDrill } from './drills/run-drill.ts'
import { type Sandbox, startSandbox } from './drills/sandboxes.ts'
import { type Stage, setStage } from './drills/stage.ts'
import { DRILLS } from './drills.generated.ts'
import { CHECK_BY_ID } from './house.ts'

const bad = (status: string) => status === 'alarm' || status === 'error'
/** Rows that the sandbox cannot make good: it has no init system to ask. */
const BEYOND_SANDBOX = new Set(['monitoring.no-failed-units'])

describe.each(['host', 'postgres', 'endpoint'] as const)('a sandbox %s', (kind) => {
  const drills = DRILLS.filter((d) => d.sandbox === kind)
  let db: TestDatabase
  let sandbox: Sandbox
  let stage: Stage
  beforeAll(async () => {
    db = await testDatabase()
    sandbox = await startSandbox(kind)
    stage = await setStage({
      database: db,
      clock: systemClock,
      connectors: CONNECTORS as readonly Connector[],
      checks: [...CHECK_BY_ID.values()],
      ...sandbox,
    })
  }, 90_000)
  afterAll(async () => {
    await sandbox.stop()
    await db.close()
  })
  const possible = (needs: readonly string[] = []) => needs.every((need) => sandbox.has.has(need))
  const alarms = async () =>
    (await stage.lookAtAll())
      .filter((r) => bad(r.status) && !BEYOND_SANDBOX.has(r.check))
      .map((r) => `${r.check} ${r.resource} ${r.status} ${r.reason}`)

  it('is good as it stands: nothing in alarm', async () => {
    expect(await alarms()).toEqual([])
  })

  it.for(drills.map((drill) => [drill.check, drill] as const))(
    '%s turns red and green',
    async ([, drill], { skip }) => {
      skip(!possible(drill.needs), `needs ${drill.needs?.join(', ')}`)
      const check = CHECK_BY_ID.get(drill.check)
      if (check === undefined) throw new Error(`no check ${drill.check}`)
      const { problem, turnedRed, turnedGreen } = await runDrill(stage, drill, check, sandbox.handle, systemClock)
      expect({ problem, turnedRed, turnedGreen }).toEqual({ problem: null, turnedRed: true, turnedGreen: true })
    },
  )

  // One TLS server has one certificate: its faults are planted one by one, above.
  if (kind === 'endpoint') return
  it('with all faults planted at once shows every one of them, and mended none', async () => {
    const together = drills
      .filter((d) => !(d.check in CONTRADICTS) && possible(d.needs))
      .sort((a, b) => LAST.indexOf(a.check) - LAST.indexOf(b.check))
    for (const drill of together) await drill.break(sandbox.handle as never, stage.register)
    if (kind === 'host' && sandbox.has.has('nft')) await plantAllRules(sandbox.handle as SandboxHost)
    const rows = await stage.lookAtAll()
    const missing = together.flatMap((drill) =>
      drill.expect
        .filter((e) => !rows.some((r) => r.check === drill.check && r.resource === e.resource && r.status === 'alarm'))
        .map((e) => `${drill.check}: ${e.resource}`),
    )
    for (const drill of [...together].reverse()) await drill.mend(sandbox.handle as never, stage.register)
    expect(missing).toEqual([])
    expect(await alarms()).toEqual([])
  }, 60_000)
})

/** Faults that another one makes impossible: they are planted alone, above. */
const CONTRADICTS: Readonly<Record<string, string>> = {
  'network.firewall-is-loaded': 'an empty firewall has no bad rules and nothing to keep over a reboot',
  'access.strong-password-hashes': 'the password that has a weak hash is the one that is emptied',
  'access.network-device-ssh-needs-keys': 'passwords for everybody leave nothing special to the Match block',
  'network.exposed-services-are-approved': 'its port counts as the TLS that the web server lacks',
}

/** Empties the file from which the other drills of the firewall take their rules. */
const LAST = ['network.firewall-survives-reboot']

/** Each drill loads a rule set of its own; this one has all their faults. */
async function plantAllRules(host: SandboxHost): Promise<void> {
  const rules = (await host.read('/etc/nftables.conf.aside')) ?? ''
  await host.nft(rules.replace('policy drop', 'policy accept').replace('ct state invalid drop', 'accept'))
}
