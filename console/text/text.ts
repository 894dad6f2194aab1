/** The two languages; German is the first. */
export type Lang = 'de' | 'en'

/** One text in both: a missing half is an error of the types, so nothing ships in one language only. */
export interface Text {
  readonly de: string
  readonly en: string
}

/** Fills `{name}` places. */
export const fill = (text: string, values: Readonly<Record<string, string | number>>): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))

/** Gives a table of texts its type. */
export const texts = <T extends Readonly<Record<string, Text>>>(table: T): T => table
