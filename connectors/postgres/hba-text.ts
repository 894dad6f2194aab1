/** Options of LDAP and RADIUS hold passwords; their names are enough. */
export const withoutSecrets = (options: readonly string[]): string[] =>
  options.map((option) => {
    const name = option.split('=', 1)[0] ?? ''
    return /passwd|secret/i.test(name) ? `${name}=` : option
  })

/**
 * The server's message about a line that it does not understand, without what the line holds beyond plain words. Such a
 * message quotes the line, and a broken line is where the value of `ldapbindpasswd` stands in the wrong place: alone on
 * the next line, without its `=`, or cut in two by a space (src/backend/libpq/hba.c, parse_hba_auth_opt).
 */
export function safeMessage(error: string): string {
  const plain = error
    .replace(/^(authentication option not in name=value format:).*/s, '$1 …')
    .replace(/^(unrecognized authentication option name:|could not parse [A-Za-z]+ [A-Za-z]+).*/s, '$1 …')
  if (plain.replace(QUOTED, '').includes('"')) return `${plain.slice(0, plain.indexOf('"'))}…`
  return plain.replace(QUOTED, (quoted, text: string) => (HARMLESS.test(text) ? quoted : '"…"'))
}

/** A quoted word as the server writes it; one with quotes inside is none. */
const QUOTED = /(?<=^|\s)"([^"]*)"(?=$|[\s:,.;)])/g

/** Words of pg_hba.conf, mistyped ones too, and addresses. */
const HARMLESS = /^(?:[a-z][a-z0-9-]{0,23}|[0-9a-fA-F.:]+(?:\/\d{1,3})?)$/

/** Names of included files are told as briefly as keeps them apart: the last part, or the path where two are alike. */
export function shortNames(paths: readonly string[]): ReadonlyMap<string, string> {
  const last = (path: string) => path.slice(path.lastIndexOf('/') + 1)
  const distinct = [...new Set(paths)]
  const alike = (path: string) => distinct.some((other) => other !== path && last(other) === last(path))
  return new Map(distinct.map((path) => [path, alike(path) ? path : last(path)]))
}
