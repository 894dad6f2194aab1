import { defineCommand } from '../command.ts'
import { required } from '../options.ts'
import { remoteOf } from '../remote/call.ts'
import { ASKING, secondsOf } from '../remote/options.ts'
import { waitForGrant } from '../remote/wait.ts'

/** `bergfried request NAME --need TEXT [--for 2h] [--receiver NAME] [--wait]`: asks for an entitlement. */
export const request = defineCommand({
  name: 'request',
  summary: { de: 'beantragt einen Zugang', en: 'asks for access' },
  args: [{ name: 'NAME', help: { de: 'Berechtigung', en: 'entitlement' } }],
  options: {
    for: ASKING.for,
    need: ASKING.need,
    receiver: { type: 'string', value: 'NAME', help: { de: 'für jemand anderen', en: 'for somebody else' } },
    credential: {
      type: 'string',
      value: 'SHA256:…|SCRAM-SHA-256$…',
      help: { de: 'Schlüssel oder Prüfwert, wo nötig', en: 'key or verifier, where needed' },
    },
    wait: { type: 'boolean', help: { de: 'wartet, bis er da ist', en: 'waits until it is there' } },
  },
  async run(world, { args, options }) {
    const remote = await remoteOf(world)
    const { id, text } = await remote.call<{ id: string; text: string }>('ask', {
      entitlement: args[0],
      receiver: options['receiver'] ?? null,
      seconds: secondsOf(String(options['for'] ?? '2h')),
      need: required(options, 'need'),
      credential: options['credential'] ?? null,
    })
    world.note(text.trimEnd())
    world.out(id)
    if (options['wait'] === true) await waitForGrant(world, remote, id)
    return 0
  },
})
