import { defineCommand } from '../command.ts'
import { required, wrongUsage } from '../options.ts'
import { remoteOf } from '../remote/call.ts'
import { ASKING, secondsOf } from '../remote/options.ts'

/** `bergfried keys grant KEY --holder NAME --need TEXT [--for 30d] [--may wrap,unwrap] [--per-minute 600]` */
export const keysGrant = defineCommand({
  name: 'keys grant',
  summary: {
    de: 'beantragt, dass ein Dienst einen Schlüssel benutzen darf; eine zweite Person gibt frei',
    en: 'asks for a service to use a key; a second person approves',
  },
  args: [{ name: 'KEY', help: { de: 'Name des Schlüssels', en: 'name of the key' } }],
  options: {
    holder: { type: 'string', value: 'NAME', help: { de: 'wer ihn benutzt', en: 'who uses it' } },
    need: ASKING.need,
    for: {
      type: 'string',
      value: '30d',
      help: { de: 'wie lange, höchstens 90d (30d)', en: 'for how long, at most 90d (30d)' },
    },
    may: { type: 'string', value: 'wrap,unwrap', help: { de: 'wofür (wrap,unwrap)', en: 'what for (wrap,unwrap)' } },
    'per-minute': {
      type: 'string',
      value: 'N',
      help: { de: 'höchstens so oft in der Minute (600)', en: 'at most so often in a minute (600)' },
    },
  },
  async run(world, { args, options }) {
    const perMinute = Number(options['per-minute'] ?? 600)
    if (!Number.isInteger(perMinute) || perMinute < 1)
      throw wrongUsage('--per-minute: eine ganze Zahl ab 1', '--per-minute: a whole number from 1 on')
    const remote = await remoteOf(world)
    const { id, text } = await remote.keys<{ id: string; text: string }>('keys-ask', {
      kind: 'grant',
      key: args[0],
      holder: required(options, 'holder'),
      may: String(options['may'] ?? 'wrap,unwrap').split(','),
      perMinute,
      seconds: secondsOf(String(options['for'] ?? '30d')),
      need: required(options, 'need'),
    })
    world.note(text.trimEnd())
    world.out(`bergfried keys approve ${id}`)
    return 0
  },
})
