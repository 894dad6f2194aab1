import * as z from 'zod'
import { defineFact, name } from './fact.ts'

export const pgInstalledExtensionFact = defineFact({
  kind: 'pg_installed_extension',
  about: 'postgres',
  title: { de: 'Installierte Erweiterung', en: 'Installed extension' },
  columns: {
    database: name,
    extension: name,
    version: name,
    /** Lets SQL reach files, programs or other servers (file_fdw, dblink, postgres_fdw, adminpack, untrusted languages). */
    reachesOut: z.boolean(),
  },
  sample: {
    database: 'shop',
    extension: 'plpgsql',
    version: '1.0',
    reachesOut: false,
  },
})
