/** One step of the schema. Forward only: a wrong migration is corrected by the next one. */
export interface Migration {
  /** Sorts the migrations: four digits and a name. */
  readonly id: `${number}-${string}`
  readonly sql: string
}

/** Gives a migration file its types. */
export const defineMigration = (migration: Migration): Migration => migration
