import type { HostTransport } from '../../kernel/collect/transport.ts'

/** Values of apt's configuration by name in lower case (`apt::periodic::enable`), later files over earlier ones. */
export async function aptConfiguration(transport: HostTransport): Promise<ReadonlyMap<string, string>> {
  const folder = '/etc/apt/apt.conf.d'
  const parts = ((await transport.list(folder)) ?? []).filter((entry) => /^[\w-]+(\.conf)?$/.test(entry))
  const values = new Map<string, string>()
  for (const file of [...parts.map((part) => `${folder}/${part}`), '/etc/apt/apt.conf']) {
    for (const [name, value] of parseAptConf((await transport.readFile(file)) ?? '')) values.set(name, value)
  }
  return values
}

/**
 * Reads apt.conf(5): `A::B "value";` and `A { B "value"; };`, with `//`, `#` and C comments. Lists are not needed and
 * give their last value.
 */
export function parseAptConf(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  const scopes: string[] = []
  let words: string[] = []
  const nameOf = (): string => [...scopes, words[0] ?? ''].join('::').toLowerCase()
  for (const token of tokens(text)) {
    if (token === '{') scopes.push(words[0] ?? '')
    else if (token === '}') scopes.pop()
    else if (token === ';' && words.length > 1) values.set(nameOf(), words[1] ?? '')
    if (token === '{' || token === '}' || token === ';') words = []
    else words.push(token)
  }
  return values
}

const TOKEN = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|#[^\n]*|"((?:\\.|[^"\\])*)"|[{};]|[^\s{};"]+/g

function* tokens(text: string): Generator<string> {
  for (const match of text.matchAll(TOKEN)) {
    const [token, quoted] = match
    if (quoted !== undefined) yield quoted
    else if (!/^(\/\/|\/\*|#)/.test(token)) yield token
  }
}
