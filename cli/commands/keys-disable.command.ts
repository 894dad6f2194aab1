import { defineCommand } from '../command.ts'
import { remoteOf } from '../remote/call.ts'

/** `bergfried keys disable NAME` */
export const keysDisable = defineCommand({
  name: 'keys disable',
  summary: {
    de: 'schaltet einen Schlüssel ab, bis eine zweite Person ihn wieder einschaltet',
    en: 'switches a key off, until a second person enables it again',
  },
  args: [{ name: 'NAME', help: { de: 'Name des Schlüssels', en: 'name of the key' } }],
  async run(world, { args }) {
    const [name] = args
    await (await remoteOf(world)).keys('keys-change', { name, how: 'disabled' })
    world.out(world.lang === 'de' ? `Abgeschaltet: ${name}` : `Disabled: ${name}`)
    return 0
  },
})
