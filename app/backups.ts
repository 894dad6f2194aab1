import { join } from 'node:path'
import { type RunningBackups, startBackups } from '../capabilities/backup/run/runner.ts'
import type { BackupStore } from '../capabilities/backup/store/backup-store.ts'
import { FolderStore } from '../capabilities/backup/store/folder-store.ts'
import { S3BackupStore } from '../capabilities/backup/store/s3-store.ts'
import type { BackupBench } from '../capabilities/backup/work.ts'
import { addressOf } from '../connectors/postgres/address.ts'
import { postgresReader } from '../connectors/postgres/reader.ts'
import { readIdentities } from '../engines/age/x25519.ts'
import type { Clock } from '../kernel/clock/clock.ts'
import type { BackupPlan } from '../kernel/config/backup-config.ts'
import type { Environment } from '../kernel/config/environment.ts'
import { readSecret, type SecretRef } from '../kernel/config/secrets.ts'
import { prepareRuntime } from '../kernel/db/runtime.ts'
import { serverUser } from '../kernel/db/server-user.ts'
import { BergfriedError } from '../kernel/errors.ts'
import type { House } from './house.ts'
import type { Work } from './work.ts'

/** Statements that read a table whole. */
const LONGEST_MS = 12 * 3_600_000
const SYSTEM_AUTHORITIES = '/etc/ssl/certs/ca-certificates.crt'

/** What backups of a house are made with. */
export async function backupBench(
  house: Pick<House, 'database' | 'clock'>,
  env: Environment,
  folder: string,
): Promise<BackupBench> {
  const asUser = process.getuid?.() === 0 ? await serverUser() : null
  return {
    pool: house.database.stage('bf_keys'),
    clock: house.clock,
    storeOf: (plan) => backupStore(plan, env, house.clock),
    sourceOf: (plan) => {
      const secret = () => secretOf(plan.password, plan.name, env)
      return {
        uri: plan.connection,
        environment: async () => environmentOf(plan, await secret()),
        connect: async (signal) => {
          const password = await secret()
          return postgresReader({
            system: plan.system,
            connectionString: plan.connection,
            ...(password === null ? {} : { password }),
            signal,
            statementTimeoutMs: LONGEST_MS,
          })
        },
      }
    },
    identitiesOf: async (plan) => identities(plan.drill?.identity ?? null, plan.name, env),
    scratch: {
      folder: join(folder, 'scratch'),
      asUser,
      bundled: async () => {
        const { bin, major } = await prepareRuntime(folder)
        return { bin, major: Number(major) }
      },
      connect: (uri, password) => (signal) =>
        postgresReader({
          system: 'scratch',
          connectionString: uri,
          password,
          signal,
          statementTimeoutMs: LONGEST_MS,
        }),
    },
  }
}

export async function backupStore(plan: BackupPlan, env: Environment, clock: Clock): Promise<BackupStore> {
  if ('folder' in plan.to) return new FolderStore(plan.to.folder)
  const { secretKey, ...rest } = plan.to.s3
  return new S3BackupStore({ ...rest, clock, secretKey: await readSecret(secretKey, plan.name, env) })
}

/** @throws {BergfriedError} `config.secret_missing`, `backup.not_for_us` */
export async function identities(ref: SecretRef | null, name: string, env: Environment) {
  if (ref === null) throw new BergfriedError('backup.not_for_us', { name })
  try {
    return readIdentities(await readSecret(ref, name, env))
  } catch (error) {
    throw error instanceof BergfriedError ? error : new BergfriedError('backup.not_for_us', { name })
  }
}

const secretOf = async (ref: SecretRef | null, name: string, env: Environment): Promise<string | null> =>
  ref === null ? null : readSecret(ref, name, env)

/** For libpq, which by itself takes whatever the server offers: we send a password, so nothing said means verified. */
export function environmentOf(plan: Pick<BackupPlan, 'connection' | 'system'>, password: string | null) {
  const { host, parameters } = addressOf(plan.connection, plan.system)
  const near = host.startsWith('/') || host === 'localhost' || host === '::1' || /^127(\.\d+){3}$/.test(host)
  const tls = parameters.has('sslmode') || near ? {} : { PGSSLMODE: 'verify-full', PGSSLROOTCERT: SYSTEM_AUTHORITIES }
  return { ...(password === null ? {} : { PGPASSWORD: password }), ...tls }
}

/** Backups at work; null in a demonstration. */
export async function openBackups(work: Work): Promise<RunningBackups | null> {
  const { house, env, folder, live, give, onProblem } = work
  if (house.demo) return null
  return startBackups({
    bench: await backupBench(house, env, folder),
    plans: house.config.backups,
    give,
    onProblem,
    onProgress: (plan, what, done, total, ended) =>
      live.tell({
        type: 'progress',
        id: `${what} ${plan.name}`,
        title:
          what === 'backup'
            ? { de: `Sicherung „${plan.name}“`, en: `Backup “${plan.name}”` }
            : { de: `Wiederherstellungsübung „${plan.name}“`, en: `Restore drill “${plan.name}”` },
        done,
        total,
        ended,
      }),
  })
}
