import type { Lang } from '../i18n/text.ts'

/** What the product takes from the environment. Empty variables count as not set. */
export interface Environment {
  /** BERGFRIED_CONFIG: path of bergfried.yaml. */
  readonly config: string | null
  /** BERGFRIED_DATA: data folder, before `data` in the file. */
  readonly data: string | null
  /** BERGFRIED_LISTEN: host:port, before `listen` in the file. */
  readonly listen: string | null
  /** DATABASE_URL: a PostgreSQL in place of the embedded one. Holds a password: never log it. */
  readonly databaseUrl: string | null
  /** Language of LC_ALL, LC_MESSAGES or LANG, the first that is set: English for `en…`, German for everything else. */
  readonly language: Lang
  /** CI: nobody is watching, and nothing may be skipped. */
  readonly ci: boolean
  /** Any other variable by name, for secrets that the configuration names. */
  variable(name: string): string | null
}

/** The only place of the product that reads the environment of the process. */
export const readEnvironment = (): Environment => environmentOf(process.env)

/** The same from given variables. */
export function environmentOf(variables: Readonly<Record<string, string | undefined>>): Environment {
  const variable = (name: string): string | null => (Object.hasOwn(variables, name) && variables[name]) || null
  const locale = variable('LC_ALL') ?? variable('LC_MESSAGES') ?? variable('LANG') ?? ''
  const ci = variable('CI')
  return {
    config: variable('BERGFRIED_CONFIG'),
    data: variable('BERGFRIED_DATA'),
    listen: variable('BERGFRIED_LISTEN'),
    databaseUrl: variable('DATABASE_URL'),
    language: /^en/i.test(locale) ? 'en' : 'de',
    ci: ci !== null && ci !== '0' && ci.toLowerCase() !== 'false',
    variable,
  }
}
