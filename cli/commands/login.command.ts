import { resolve } from 'node:path'
import type { AccessView } from '../../capabilities/access/contract.ts'
import { defineCommand } from '../command.ts'
import { required } from '../options.ts'
import { remoteOf } from '../remote/call.ts'
import { writeClientSettings } from '../remote/settings.ts'

/** `bergfried login --server URL --as NAME --key FILE`: who calls from this machine, by an enrolled SSH key. */
export const login = defineCommand({
  name: 'login',
  summary: {
    de: 'merkt sich Server, Name und SSH-Schlüssel für die Befehle zu Zugängen',
    en: 'remembers server, name and SSH key for the commands about access',
  },
  options: {
    server: { type: 'string', value: 'https://…', help: { de: 'Adresse des Servers', en: 'address of the server' } },
    as: { type: 'string', value: 'NAME', help: { de: 'Anmeldename', en: 'sign-in name' } },
    key: {
      type: 'string',
      value: 'FILE',
      help: {
        de: 'hinterlegter Schlüssel; .pub, wenn ein Agent ihn hält',
        en: 'enrolled key; .pub where an agent holds it',
      },
    },
  },
  async run(world, { options }) {
    const settings = {
      server: new URL(required(options, 'server')).origin,
      person: required(options, 'as').toLowerCase(),
      key: resolve(world.cwd, required(options, 'key')),
    }
    const { me } = await (await remoteOf(world, settings)).call<AccessView>('access')
    const path = await writeClientSettings(world, settings)
    world.out(world.lang === 'de' ? `Angemeldet als ${me} (${path})` : `Signed in as ${me} (${path})`)
    return 0
  },
})
