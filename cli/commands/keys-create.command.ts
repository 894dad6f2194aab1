import { defineCommand } from '../command.ts'
import { remoteOf } from '../remote/call.ts'

/** `bergfried keys create NAME` */
export const keysCreate = defineCommand({
  name: 'keys create',
  summary: { de: 'legt einen Schlüssel im Schlüsselverwahrer an', en: 'makes a key in the keeper' },
  args: [{ name: 'NAME', help: { de: 'Name des Schlüssels', en: 'name of the key' } }],
  async run(world, { args }) {
    const [name] = args
    await (await remoteOf(world)).keys('keys-change', { name, how: 'created' })
    world.out(world.lang === 'de' ? `Angelegt: ${name}` : `Made: ${name}`)
    return 0
  },
})
