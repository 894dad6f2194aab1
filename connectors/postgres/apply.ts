import type { Actor } from '../../kernel/act/actor.ts'
import type { ActingOptions } from './acting/connect.ts'
import { postgresActor as actor } from './acting/postgres-actor.ts'

/** Whoever acts on a PostgreSQL cluster. */
export const postgresActor = (options: ActingOptions): Actor => actor(options)
