/** The two languages of the product; German is the first. */
export type Lang = 'de' | 'en'

/** One text in both languages. Missing halves are a type error, so nothing ships in one language only. */
export interface Text {
  readonly de: string
  readonly en: string
}

/**
 * Fills `{name}` placeholders.
 *
 * @param values - what a placeholder stands for; an unknown placeholder stays as it is, so that it is seen
 */
export function fill(template: string, values: Readonly<Record<string, unknown>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name]
    if (value === undefined || value === null) return whole
    return Array.isArray(value) ? value.join(', ') : String(value)
  })
}
