import { resolve } from 'node:path'
import { backupBench, backupStore, environmentOf, identities } from '../../app/backups.ts'
import { dataFolder } from '../../app/data-folder.ts'
import { manifestsIn, restoreInto } from '../../capabilities/backup/restore/restore-into.ts'
import { holdDrill } from '../../capabilities/backup/run/hold-drill.ts'
import { postgresReader } from '../../connectors/postgres/reader.ts'
import { systemClock } from '../../kernel/clock/clock.ts'
import { loadConfig } from '../../kernel/config/config.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { planNamed, telling } from '../backups.ts'
import { defineCommand, type World } from '../command.ts'
import { CONFIG_OPTION, withHouse } from '../house.ts'
import { wrongUsage } from '../options.ts'

type Options = Readonly<Record<string, string | boolean | readonly string[] | undefined>>

/** `bergfried restore NAME`: into a scratch cluster (`--drill`) or into an empty database (`--to`). */
export const restore = defineCommand({
  name: 'restore',
  summary: {
    de: 'stellt eine Sicherung wieder her, zur Übung (--drill) oder in eine leere Datenbank (--to), und vergleicht',
    en: 'restores a backup, as a drill (--drill) or into an empty database (--to), and compares',
  },
  args: [{ name: 'NAME', help: { de: 'Name unter `backups`', en: 'name under `backups`' } }],
  options: {
    ...CONFIG_OPTION,
    drill: {
      type: 'boolean',
      help: {
        de: 'in ein Wegwerf-Cluster, gemessen und festgehalten',
        en: 'into a scratch cluster, measured and recorded',
      },
    },
    to: {
      type: 'string',
      value: 'URI',
      help: { de: 'postgres://… einer leeren Datenbank', en: 'postgres://… of an empty database' },
    },
    identity: {
      type: 'string',
      value: 'FILE',
      help: { de: 'Datei mit dem AGE-SECRET-KEY', en: 'file with the AGE-SECRET-KEY' },
    },
    password: {
      type: 'string',
      value: 'FILE',
      help: { de: 'Datei mit dem Passwort für --to', en: 'file with the password for --to' },
    },
    at: {
      type: 'string',
      value: 'TIME',
      help: { de: 'die jüngste von davor (ISO 8601)', en: 'the newest one from before (ISO 8601)' },
    },
  },
  run: async (world, { args, options }) => {
    const config = options['config'] as string | undefined
    if (options['drill'] === true)
      return withHouse(world, config, async (house) => {
        const plan = planNamed(house.config.backups, args[0])
        const bench = await backupBench(house, world.env, dataFolder(house.config, world.env))
        const result = await holdDrill(bench, plan, world.signal, telling(world, plan.name))
        const age = (result.recoveryPointSeconds / 3600).toFixed(1)
        world.out(
          world.lang === 'de'
            ? `Wiederhergestellt in ${result.recoverySeconds.toFixed(1)} s (PostgreSQL ${result.server}), Daten von vor ${age} Stunden.`
            : `Restored in ${result.recoverySeconds.toFixed(1)} s (PostgreSQL ${result.server}), data from ${age} hours ago.`,
        )
        return said(world, result)
      })
    return restoreTo(world, args[0], options, config)
  },
})

/** Needs nothing but the configuration, the store and a key: no database of ours. */
async function restoreTo(world: World, name: string | undefined, options: Options, file: string | undefined) {
  const { to, identity, password, at } = options
  if (typeof to !== 'string' || typeof identity !== 'string')
    throw wrongUsage('--drill oder --to URI --identity DATEI angeben.', 'Say --drill, or --to URI --identity FILE.')
  const config = await loadConfig(file, world.env, world.cwd)
  const plan = planNamed(config.backups, name)
  const keys = await identities({ file: resolve(world.cwd, identity) }, plan.name, world.env)
  const store = await backupStore(plan, world.env, systemClock)
  const { manifests } = await manifestsIn(store, plan.name)
  const before = typeof at === 'string' ? Date.parse(at) : Number.POSITIVE_INFINITY
  const manifest = manifests.find(({ takenAt }) => Date.parse(takenAt) <= before)
  if (manifest === undefined) throw new BergfriedError('backup.unknown', { what: `${plan.name}/${at ?? ''}` })
  const secret = typeof password === 'string' ? await readPassword(world, password, plan.name) : null
  const connect = (signal: AbortSignal) =>
    postgresReader({
      system: 'target',
      connectionString: to,
      ...(secret === null ? {} : { password: secret }),
      signal,
      statementTimeoutMs: 12 * 3_600_000,
    })
  await mustBeEmpty(connect, world.signal)
  const target = {
    uri: to,
    environment: async () => environmentOf({ connection: to, system: 'target' }, secret),
    connect,
  }
  const restored = await restoreInto(store, manifest, keys, target, world.signal, telling(world, plan.name))
  world.out(
    world.lang === 'de' ? `Wiederhergestellt: Stand ${manifest.takenAt}` : `Restored: as of ${manifest.takenAt}`,
  )
  return said(world, restored)
}

async function readPassword(world: World, path: string, name: string): Promise<string> {
  const { readSecret } = await import('../../kernel/config/secrets.ts')
  return readSecret({ file: resolve(world.cwd, path) }, name, world.env)
}

/** Nothing of somebody's is ever written over. */
async function mustBeEmpty(connect: (signal: AbortSignal) => ReturnType<typeof postgresReader>, signal: AbortSignal) {
  const reader = await connect(signal)
  try {
    const [row] = await reader.query<{ n: number }>(
      `select count(*) as n from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind in ('r', 'p', 'v', 'm', 'S') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`,
    )
    if (Number(row?.n) > 0)
      throw wrongUsage(
        `Die Datenbank ist nicht leer (${row?.n} Relationen). Eine neue anlegen: createdb -T template0 NAME.`,
        `The database is not empty (${row?.n} relations). Make a new one: createdb -T template0 NAME.`,
      )
  } finally {
    await reader.close()
  }
}

function said(
  world: World,
  { tables, rows, differing }: { tables: number; rows: number; differing: readonly string[] },
) {
  const de = world.lang === 'de'
  if (differing.length === 0) {
    world.out(
      de
        ? `● ${tables} Tabellen, ${rows} Zeilen: alles wie zuvor`
        : `● ${tables} tables, ${rows} rows: everything as before`,
    )
    return 0
  }
  world.out(de ? `▲ ${differing.length} Abweichungen:` : `▲ ${differing.length} differences:`)
  for (const line of differing.slice(0, 50)) world.out(`    ${line}`)
  return 1
}
