import type { ProbeView, WhatIfView } from '../../capabilities/firewall/contract.ts'
import { defineCommand } from '../command.ts'
import { required, wrongUsage } from '../options.ts'
import { remoteOf } from '../remote/call.ts'
import { differenceLines, rulesFrom } from '../remote/firewall.ts'

const PROBE = /^(host|server):(\[[0-9a-f:]+\]|[0-9.]+):([0-9]{1,5})=(connect|fail)$/

/** `bergfried net propose HOST FILE --need TEXT [--confirm 60] [--probe server:192.0.2.1:443=connect]…`, or --what-if alone. */
export const netPropose = defineCommand({
  name: 'net propose',
  summary: {
    de: 'schlägt andere Firewall-Regeln für eine Maschine vor und zeigt, was sie ändern',
    en: 'proposes other firewall rules for a host and shows what they change',
  },
  args: [
    { name: 'HOST', help: { de: 'Name der Maschine', en: 'name of the host' } },
    {
      name: 'FILE',
      help: {
        de: 'alle Regeln, wie „nft list ruleset“ sie schreibt',
        en: 'all rules, as “nft list ruleset” writes them',
      },
    },
  ],
  options: {
    need: { type: 'string', value: 'TEXT', help: { de: 'wozu', en: 'what for' } },
    confirm: {
      type: 'string',
      value: 'SECONDS',
      help: {
        de: 'danach wird unbestätigt zurückgenommen (60)',
        en: 'taken back after so long without confirmation (60)',
      },
    },
    approvals: {
      type: 'string',
      value: 'N',
      help: { de: 'wie viele andere freigeben müssen (1)', en: 'how many others have to approve (1)' },
    },
    probe: {
      type: 'string',
      value: 'FROM:ADDRESS:PORT=connect|fail',
      multiple: true,
      help: { de: 'Verbindung, die gehen oder nicht gehen muss', en: 'connection that must be possible, or must not' },
    },
    'what-if': {
      type: 'boolean',
      help: { de: 'zeigt nur, was sich ändern würde', en: 'only shows what would change' },
    },
  },
  async run(world, { args, options }) {
    const [host = '', file = ''] = args
    const { rules, digest } = await rulesFrom(world, file)
    const remote = await remoteOf(world)
    if (options['what-if'] === true) {
      const { difference, refused, milliseconds } = await remote.firewall<WhatIfView>(
        'firewall-what-if',
        { host, digest },
        rules,
      )
      if (difference === null) {
        world.out(refused ?? '')
        return 1
      }
      for (const line of differenceLines(difference, world.lang)) world.out(line)
      world.note(`${milliseconds.kernel} ms + ${milliseconds.engine} ms`)
      return difference.verdict === 'equal' ? 0 : 1
    }
    const probes = [options['probe'] ?? []].flat().map((one) => probeOf(String(one)))
    const { id, text, shown } = await remote.firewall<{
      id: string
      text: string
      shown: Parameters<typeof differenceLines>[0]
    }>(
      'firewall-propose',
      {
        ...{ host, digest, need: required(options, 'need'), probes },
        confirmSeconds: Number(options['confirm'] ?? 60),
        approvals: Number(options['approvals'] ?? 1),
      },
      rules,
    )
    for (const line of differenceLines(shown, world.lang)) world.note(line)
    world.note(text.trimEnd())
    world.out(id)
    return 0
  },
})

function probeOf(text: string): ProbeView {
  const [, from, address = '', port, must] = PROBE.exec(text) ?? []
  if ((from !== 'host' && from !== 'server') || (must !== 'connect' && must !== 'fail')) {
    throw wrongUsage('--probe: etwa server:192.0.2.1:443=connect', '--probe: such as server:192.0.2.1:443=connect')
  }
  return { from, address: address.replaceAll(/[[\]]/g, ''), port: Number(port), must }
}
