import { defineCommand } from '../command.ts'
import { required } from '../options.ts'
import { remoteOf } from '../remote/call.ts'
import { ASKING } from '../remote/options.ts'

/** `bergfried keys shred NAME --need TEXT`: a second person carries it out with `bergfried keys approve`. */
export const keysShred = defineCommand({
  name: 'keys shred',
  summary: {
    de: 'beantragt, dass ein Schlüssel vernichtet wird; was unter ihm liegt, ist danach für immer verloren',
    en: 'asks for a key to be shredded; what lies under it is lost for good afterwards',
  },
  args: [{ name: 'NAME', help: { de: 'Name des Schlüssels', en: 'name of the key' } }],
  options: { need: ASKING.need },
  async run(world, { args, options }) {
    const remote = await remoteOf(world)
    const wish = { kind: 'shred', key: args[0], need: required(options, 'need') }
    const { id, text } = await remote.keys<{ id: string; text: string }>('keys-ask', wish)
    world.note(text.trimEnd())
    world.out(`bergfried keys approve ${id}`)
    return 0
  },
})
