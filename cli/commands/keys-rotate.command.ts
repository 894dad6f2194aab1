import { defineCommand } from '../command.ts'
import { remoteOf } from '../remote/call.ts'

/** `bergfried keys rotate NAME` */
export const keysRotate = defineCommand({
  name: 'keys rotate',
  summary: {
    de: 'erneuert einen Schlüssel: die neue Version wickelt ein, alle wickeln aus',
    en: 'rotates a key: the new version wraps, all of them unwrap',
  },
  args: [{ name: 'NAME', help: { de: 'Name des Schlüssels', en: 'name of the key' } }],
  async run(world, { args }) {
    const [name] = args
    const { version } = await (await remoteOf(world)).keys<{ version: number }>('keys-change', { name, how: 'rotated' })
    world.out(world.lang === 'de' ? `Erneuert: ${name}.${version}` : `Rotated: ${name}.${version}`)
    return 0
  },
})
