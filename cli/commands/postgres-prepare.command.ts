import { randomBytes } from 'node:crypto'
import { prepareStatements } from '../../capabilities/access/enforce.ts'
import { defineCommand } from '../command.ts'
import { required, wrongUsage } from '../options.ts'

/** `bergfried postgres prepare --database D [--schema S] --owner O`: prints what a superuser has to run once, and the password it makes. */
export const postgresPrepare = defineCommand({
  name: 'postgres prepare',
  summary: {
    de: 'gibt aus, was ein Superuser einmal ausführt, damit Bergfried Rollen vergeben kann',
    en: 'prints what a superuser runs once, so that Bergfried can give out roles',
  },
  options: {
    database: { type: 'string', value: 'NAME', help: { de: 'Datenbank', en: 'database' } },
    schema: { type: 'string', value: 'NAME', help: { de: 'Schema (public)', en: 'schema (public)' } },
    owner: { type: 'string', value: 'ROLE', help: { de: 'wem die Tabellen gehören', en: 'who owns the tables' } },
    version: {
      type: 'string',
      value: '15|16|17|18',
      help: { de: 'Version des Servers (16)', en: 'version of the server (16)' },
    },
  },
  async run(world, { options }) {
    const version = Number(options['version'] ?? 16)
    if (!Number.isInteger(version) || version < 14 || version > 30)
      throw wrongUsage('--version: 14 bis 30', '--version: 14 to 30')
    const password = randomBytes(24).toString('base64url')
    const statements = prepareStatements({
      version: version * 10_000,
      password,
      database: required(options, 'database'),
      schema: String(options['schema'] ?? 'public'),
      owner: required(options, 'owner'),
    })
    for (const sql of statements) world.out(`${sql};`)
    world.note(
      world.lang === 'de'
        ? `\nMit psql als Superuser in dieser Datenbank ausführen. Passwort von bergfried_acting, in eine Datei mit Modus 0600:\n${password}`
        : `\nRun it with psql as a superuser in this database. Password of bergfried_acting, into a file of mode 0600:\n${password}`,
    )
    return 0
  },
})
