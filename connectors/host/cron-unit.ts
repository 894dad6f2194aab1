/** One assignment of a unit file. */
export interface UnitSetting {
  readonly section: string
  readonly key: string
  readonly value: string
  /** Line of the file, from 1. */
  readonly line: number
}

/**
 * Reads a unit file after systemd.syntax(7): sections, assignments, comments with "#" or ";", and lines continued by a
 * backslash. What is neither is skipped, as systemd does.
 */
export function parseUnit(text: string): UnitSetting[] {
  const settings: UnitSetting[] = []
  let section = ''
  let started: Started | null = null
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim()
    // A comment inside a continued line is skipped and does not end it.
    if (line.startsWith('#') || line.startsWith(';')) continue
    const begun: Started = started ?? { first: index + 1, text: '' }
    if (line.endsWith('\\')) {
      started = { first: begun.first, text: `${begun.text}${line.slice(0, -1)} ` }
      continue
    }
    started = null
    const whole: string = begun.text + line
    const equals = whole.indexOf('=')
    if (/^\[[^\]]+\]$/.test(whole)) section = whole.slice(1, -1)
    else if (equals > 0) {
      settings.push({
        section,
        key: whole.slice(0, equals).trim(),
        value: whole.slice(equals + 1).trim(),
        line: begun.first,
      })
    }
  }
  return settings
}

/** The first line of an assignment that goes on, and its text so far. */
interface Started {
  readonly first: number
  readonly text: string
}

/** Values of one key; an empty assignment drops those before it. */
export function valuesOf(settings: readonly UnitSetting[], section: string, key: string): readonly UnitSetting[] {
  const all = settings.filter((setting) => setting.section === section && setting.key === key)
  return all.slice(all.findLastIndex((setting) => setting.value === '') + 1)
}

/** Program of an ExecStart= line without its arguments. Behind the prefix "+" or "!" it keeps the rights of root. */
export function execProgram(value: string): { program: string; asRoot: boolean } {
  const prefix = /^[@\-:+!]*/.exec(value)?.[0] ?? ''
  const line = value.slice(prefix.length).trimStart()
  const quote = line[0] ?? ''
  const end = line.indexOf(quote, 1)
  const quoted = (quote === '"' || quote === "'") && end !== -1
  return { program: quoted ? line.slice(1, end) : (line.split(/\s/, 1)[0] ?? ''), asRoot: /[+!]/.test(prefix) }
}
