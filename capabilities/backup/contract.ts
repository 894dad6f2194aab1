import * as z from 'zod'

/** Rows and content of a table at one moment. */
export const TableContent = z.strictObject({
  /** Schema and name, quoted as SQL wants it. */
  name: z.string().max(300),
  rows: z.int().min(0),
  /** Sum of 64-bit hashes of all rows, decimal: the same whatever their order. */
  digest: z.string().regex(/^-?\d{1,60}$/),
})
export type TableContent = z.infer<typeof TableContent>

/** What has to be there again after a restore. Lies encrypted beside the backup. */
export const Contents = z.strictObject({
  tables: z.array(TableContent).max(100_000),
  sequences: z
    .array(
      z.strictObject({
        name: z.string().max(300),
        last: z
          .string()
          .regex(/^-?\d{1,20}$/)
          .nullable(),
      }),
    )
    .max(100_000),
  largeObjects: z.int().min(0),
})
export type Contents = z.infer<typeof Contents>

const StoredObject = z.strictObject({
  name: z.string().max(500),
  bytes: z.int().min(0),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
})

/** `manifest.json` of a backup, readable by everybody who reads the store: no name of a table, no content. */
export const Manifest = z.strictObject({
  format: z.literal('bergfried-backup-1'),
  id: z.uuid(),
  backup: z.string().max(63),
  system: z.string().max(63),
  database: z.string().max(63),
  /** Major version of the server. */
  server: z.int(),
  program: z.string().max(200),
  /** The data is as it was then. */
  takenAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  /** `age1…`: each of them alone opens it. */
  recipients: z.array(z.string().max(100)).min(1).max(20),
  /** Before compression; null: nobody counted. */
  plainBytes: z.int().min(0).nullable(),
  dump: StoredObject,
  globals: StoredObject,
  contents: StoredObject,
  tables: z.int(),
  rows: z.int(),
})
export type Manifest = z.infer<typeof Manifest>

const instant = z.iso.datetime()

export const BackupView = z
  .strictObject({
    name: z.string(),
    system: z.string(),
    database: z.string(),
    place: z.string(),
    recipients: z.array(z.string()),
    everySeconds: z.int(),
    recoveryPointSeconds: z.int(),
    recoveryTimeSeconds: z.int(),
    keepSeconds: z.int(),
    running: z.boolean(),
    /** The data of the newest good one is as it was then. */
    newestAt: instant.nullable(),
    bytes: z.int().nullable(),
    lastTry: z.strictObject({ at: instant, problem: z.string().nullable() }).nullable(),
    nextAt: instant.nullable(),
    drillsEverySeconds: z.int().nullable(),
    lastDrill: z
      .strictObject({
        at: instant,
        ok: z.boolean(),
        recoverySeconds: z.number().nullable(),
        recoveryPointSeconds: z.number().nullable(),
        tables: z.int().nullable(),
        rows: z.int().nullable(),
        differing: z.int().nullable(),
        problem: z.string().nullable(),
      })
      .nullable(),
    kept: z.int(),
  })
  .meta({ id: 'Backup' })
export type BackupView = z.infer<typeof BackupView>

/** GET /api/backups (`read`). */
export const BackupsView = z.strictObject({ backups: z.array(BackupView) }).meta({ id: 'Backups' })
export type BackupsView = z.infer<typeof BackupsView>
