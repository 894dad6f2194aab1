import { REDACTED } from './redacted.ts'

/** A name ends like this when its value is a secret. Longer names (`password_file`, `token_type`) are settings. */
const SECRET_NAME =
  /(?:pass(?:word|wd|phrase|wort)?|pwd|secret|radiussecrets|token|credentials?|api[_-]?key|(?:access|private|account|signing|encryption|master|secret|preshared)[_-]?key(?:[_-]?base)?|pass(?:word|wd|phrase)?[_-]?(?:hash|text|value))\d{0,3}(?![A-Za-z0-9_.-])/gi

/** Names that only look like one: a tag of sudoers, and words that end like one. */
const INNOCENT = /^(?:nopasswd|by-?pass|compass)$/i

/** Values that are switches or places, not secrets. */
const SWITCH =
  /^(?:yes|no|true|false|on|off|null|none|nil|undefined|required|optional|\*+|\$\{[A-Za-z_][A-Za-z0-9_]*\})$/i
const NAME_SERVICES = /^(?:files|compat|db|nis|nisplus|ldap|sss|systemd|winbind|extrausers|\[[A-Za-z=!]+)$/

const NAME_CHARACTER = /[A-Za-z0-9_.-]/
const LONGEST_NAME = 128

/**
 * `password=x`, `"api_key": "x"`, `secret: x`, `token := x`. Scanned by hand and never backwards over a value, so that
 * the time stays linear.
 */
export function redactAssignments(text: string): string {
  const names = new RegExp(SECRET_NAME)
  let out = ''
  let done = 0
  for (let match = names.exec(text); match !== null; match = names.exec(text)) {
    const end = match.index + match[0].length
    const start = nameStart(text, match.index, done)
    const sign = signAfter(text, end)
    if (sign === null || innocent(text, start, end, sign)) continue
    const value = valueAt(text, sign.end, start, match[0])
    if (value === null) continue
    out += text.slice(done, value.start) + REDACTED
    done = value.end
    names.lastIndex = Math.max(names.lastIndex, value.end)
  }
  return done === 0 ? text : out + text.slice(done)
}

function nameStart(text: string, from: number, floor: number): number {
  let start = from
  const lowest = Math.max(floor, from - LONGEST_NAME)
  while (start > lowest && NAME_CHARACTER.test(text[start - 1] ?? '')) start -= 1
  return start
}

interface Sign {
  readonly colon: boolean
  readonly spaced: boolean
  readonly end: number
}

/** The sign between a name and its value: `=`, `:`, `:=`, `=>`, with a closing quote and spaces around it. */
function signAfter(text: string, from: number): Sign | null {
  const sign = /(["'`\]]{0,2})[ \t]{0,16}(:=|=>|==?|:)([ \t]{0,16})/y
  sign.lastIndex = from
  const match = sign.exec(text)
  // `a::b` is a name in a program, `x://` a scheme.
  if (!match || text[sign.lastIndex] === ':' || (match[2] === ':' && text.startsWith('//', sign.lastIndex))) return null
  return { colon: match[2] === ':', spaced: match[3] !== '', end: sign.lastIndex }
}

function innocent(text: string, start: number, end: number, sign: Sign): boolean {
  const name = text.slice(start, end)
  // The end of a base64 text, such as a public key, can read `pwd=`.
  if (INNOCENT.test(name) || name.length > 64) return true
  // Tests and firewalls say `pass: 5` of anything; `pass=x` is an option of mounts and tools.
  if (/^pass$/i.test(name)) return sign.colon || sign.spaced
  // Mount options and the like name the file that holds them.
  if (/credentials?$/i.test(name) && text[sign.end] === '/') return true
  if (!sign.colon) return false
  // `/etc/passwd: no such file`, `PASSWD: ALL` in sudoers, `passwd: files systemd` in nsswitch.conf.
  if (text[start - 1] === '/' || name === 'PASSWD') return true
  if (name !== 'passwd') return false
  return NAME_SERVICES.test(/^[^\s]{0,32}/.exec(text.slice(sign.end, sign.end + 32))?.[0] ?? '')
}

/** Where the value starts and ends, or null where there is none or it is no secret. */
function valueAt(text: string, from: number, nameFrom: number, name: string): { start: number; end: number } | null {
  const quote = text[from]
  if (quote === '"' || quote === "'" || quote === '`') {
    const end = closingQuote(text, from + 1, quote)
    return end === from + 1 || SWITCH.test(text.slice(from + 1, Math.min(end, from + 80)))
      ? null
      : { start: from + 1, end }
  }
  // A pass phrase has spaces: it goes to the end of the line.
  const phrase = /phrase/i.test(name)
  let end = from
  while (end < text.length && !(phrase ? '\r\n' : ' \t\r\n\f\v').includes(text[end] ?? '')) end += 1
  const around = text[nameFrom - 1]
  const value = text.slice(from, end)
  const cut = value.search(around === '"' || around === "'" ? new RegExp(around) : /["'`](?=[\s,;:)}\]]|$)/)
  if (cut >= 0) end = from + cut
  return end === from || SWITCH.test(text.slice(from, Math.min(end, from + 80)).replace(/[,;]$/, ''))
    ? null
    : { start: from, end }
}

/** Position of the quote that closes, over escaped ones, or the end of the text. */
function closingQuote(text: string, from: number, quote: string): number {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1
    else if (text[at] === quote) return at
  }
  return text.length
}

/** A flag and its value as separate words; a value that starts with `-` is the next flag. */
const VALUE = `(?:"[^"\\n]*"?|'[^'\\n]*'?|(?![-"'])[^\\s]+)`
const FLAGS: readonly (readonly [RegExp, RegExp])[] = [
  [
    /--/,
    new RegExp(
      `(--(?:[a-z0-9]{1,20}-){0,4}(?:password|passwd|passphrase|pass|secret|token|api-?key|access-?key|secret-?key)[ \\t]{1,8})${VALUE}`,
      'gi',
    ),
  ],
  [
    /\b(?:mysql|mariadb)/i,
    new RegExp(`(\\b(?:mysql|mariadb)[a-z_-]{0,20}\\b[^\\n]{0,512}?[ \\t]-p)(?![ \\t])${VALUE}`, 'gi'),
  ],
  [/\bsshpass\b/i, new RegExp(`(\\bsshpass[ \\t][^\\n]{0,64}?-p[ \\t]{0,8})${VALUE}`, 'gi')],
  [/\bredis-cli\b/i, new RegExp(`(\\bredis-cli\\b[^\\n]{0,512}?[ \\t](?:-a|--pass)[ \\t]{1,8})${VALUE}`, 'gi')],
  [
    /\bldap/i,
    new RegExp(
      `(\\bldap(?:search|modify|add|delete|passwd|whoami|compare)\\b[^\\n]{0,512}?[ \\t]-w[ \\t]{0,8})${VALUE}`,
      'gi',
    ),
  ],
  [/\bcurl\b/i, /(\bcurl\b[^\n]{0,512}?[ \t](?:-u|--user|--proxy-user)[ \t]{0,8}["']?[^\s:"']{0,256}:)[^\s"']+/gi],
]

/** `--password x`, `mysql -px`, `curl -u user:x` and their like. */
export function redactFlags(text: string): string {
  let safe = text
  for (const [mark, flag] of FLAGS) if (mark.test(safe)) safe = safe.replace(flag, `$1${REDACTED}`)
  return safe
}
