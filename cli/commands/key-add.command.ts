import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { addSshKey } from '../../capabilities/access/people/ssh-keys.ts'
import { findPerson } from '../../capabilities/identity/contract-people.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { defineCommand } from '../command.ts'
import { CONFIG_OPTION, withHouse } from '../house.ts'
import { caller } from '../person.ts'

/** `bergfried key add LOGIN FILE`: enrols somebody's SSH key, on the machine of the server. */
export const keyAdd = defineCommand({
  name: 'key add',
  summary: {
    de: 'hinterlegt einen SSH-Schlüssel für jemanden (auf der Maschine des Servers)',
    en: 'enrols an SSH key for somebody (on the machine of the server)',
  },
  args: [
    { name: 'LOGIN', help: { de: 'Anmeldename', en: 'sign-in name' } },
    { name: 'FILE', help: { de: 'die .pub-Datei', en: 'the .pub file' } },
  ],
  options: CONFIG_OPTION,
  run: (world, { args, options }) =>
    withHouse(world, options['config'] as string | undefined, async (house) => {
      const [person = '', file = ''] = args
      const line = await readFile(resolve(world.cwd, file), 'utf8').catch(() => '')
      if ((await findPerson(house.database, person.toLowerCase())) === null)
        throw new BergfriedError('access.unknown', { what: `person “${person}”` })
      const key = { person: person.toLowerCase(), line, label: file.split('/').at(-1) ?? 'SSH', by: caller(world) }
      world.out(await house.database.stage('bf_access').transaction((tx) => addSshKey(tx, house.clock.now(), key)))
      return 0
    }),
})
