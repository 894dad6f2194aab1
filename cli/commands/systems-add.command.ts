import { resolve } from 'node:path'
import { addSystem } from '../../kernel/config/edit-config.ts'
import { defineCommand } from '../command.ts'
import { CONFIG_OPTION } from '../house.ts'
import { oneOf, required, wrongUsage } from '../options.ts'

/** `bergfried systems add NAME --kind postgres --connection URI --password-file FILE`: adds a system to bergfried.yaml. */
export const systemsAdd = defineCommand({
  name: 'systems add',
  summary: {
    de: 'trägt ein System in bergfried.yaml ein; Kommentare bleiben erhalten',
    en: 'adds a system to bergfried.yaml; comments are kept',
  },
  args: [{ name: 'NAME', help: { de: 'eindeutiger Name', en: 'unique name' } }],
  options: {
    ...CONFIG_OPTION,
    kind: { type: 'string', value: 'host|postgres|endpoint', help: { de: 'Art des Systems', en: 'kind of system' } },
    connection: {
      type: 'string',
      value: 'URI',
      help: { de: 'postgres: Adresse ohne Passwort', en: 'postgres: address without a password' },
    },
    'password-file': {
      type: 'string',
      value: 'FILE',
      help: { de: 'postgres: Datei mit dem Passwort, Modus 0600', en: 'postgres: file with the password, mode 0600' },
    },
    'password-variable': {
      type: 'string',
      value: 'NAME',
      help: { de: 'postgres: Variable mit dem Passwort', en: 'postgres: variable with the password' },
    },
    address: { type: 'string', value: 'HOST:PORT', help: { de: 'endpoint: Adresse', en: 'endpoint: address' } },
    purpose: {
      type: 'string',
      value: 'https|postgres|tls',
      help: { de: 'endpoint: wozu (https)', en: 'endpoint: what for (https)' },
    },
    ca: {
      type: 'string',
      value: 'FILE',
      help: { de: 'endpoint: eigene Zertifizierungsstelle (PEM)', en: 'endpoint: own authority (PEM)' },
    },
    label: {
      type: 'string',
      value: 'NAME=VALUE',
      multiple: true,
      help: { de: 'Kennzeichen, zum Beispiel data=/srv/shop', en: 'label, for example data=/srv/shop' },
    },
  },
  async run(world, { args, options }) {
    const name = args[0] ?? ''
    const kind = oneOf(options['kind'], ['host', 'postgres', 'endpoint'], '--kind')
    const labels = labelsFrom(options['label'] as readonly string[] | undefined)
    const common = { name, ...(labels === undefined ? {} : { labels }) }
    const file = resolve(world.cwd, (options['config'] as string | undefined) ?? world.env.config ?? 'bergfried.yaml')
    if (kind === 'host') await addSystem(file, { ...common, kind })
    else if (kind === 'postgres') {
      const password = passwordFrom(options)
      await addSystem(file, {
        ...common,
        kind,
        connection: required(options, 'connection'),
        ...(password === undefined ? {} : { password }),
      })
    } else {
      const ca = options['ca'] as string | undefined
      await addSystem(file, {
        ...common,
        kind,
        address: required(options, 'address'),
        purpose: oneOf(options['purpose'] ?? 'https', ['https', 'postgres', 'tls'], '--purpose'),
        ...(ca === undefined ? {} : { ca }),
      })
    }
    world.out(file)
    world.note(
      world.lang === 'de' ? `Ausprobieren: bergfried systems test ${name}` : `Try it: bergfried systems test ${name}`,
    )
    return 0
  },
})

function passwordFrom(options: Readonly<Record<string, unknown>>): { file: string } | { variable: string } | undefined {
  const file = options['password-file']
  const variable = options['password-variable']
  if (typeof file === 'string') return { file }
  return typeof variable === 'string' ? { variable } : undefined
}

function labelsFrom(words: readonly string[] | undefined): Record<string, string[]> | undefined {
  if (words === undefined) return undefined
  const labels: Record<string, string[]> = {}
  for (const word of words) {
    const at = word.indexOf('=')
    if (at < 1) throw wrongUsage(`--label: „${word}“ ist nicht NAME=WERT.`, `--label: “${word}” is not NAME=VALUE.`)
    const label = word.slice(0, at)
    labels[label] = [...(labels[label] ?? []), word.slice(at + 1)]
  }
  return labels
}
