import { defineCommand } from '../command.ts'
import { remoteOf } from '../remote/call.ts'

/** `bergfried net rules HOST`: the rules in force there, to be changed and proposed. */
export const netRules = defineCommand({
  name: 'net rules',
  summary: {
    de: 'zeigt die geltenden Firewall-Regeln einer Maschine',
    en: 'shows the firewall rules in force on a host',
  },
  args: [{ name: 'HOST', help: { de: 'Name der Maschine', en: 'name of the host' } }],
  async run(world, { args }) {
    const { text } = await (await remoteOf(world)).firewall<{ text: string }>('firewall-rules', { host: args[0] ?? '' })
    world.out(text.trimEnd())
    return 0
  },
})
