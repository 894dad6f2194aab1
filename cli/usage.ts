import type { Lang } from '../kernel/i18n/text.ts'
import type { Command } from './command.ts'

/** All commands, a line each. */
export function overview(commands: readonly Command[], lang: Lang): string {
  const widest = Math.max(...commands.map((c) => c.name.length))
  return [
    lang === 'de' ? 'Bergfried hält eine Sicherheitsrichtlinie wahr.' : 'Bergfried keeps a security policy true.',
    '',
    ...commands.map((c) => `  bergfried ${c.name.padEnd(widest)}  ${c.summary[lang]}`),
    '',
    lang === 'de'
      ? 'Ausführlich: bergfried BEFEHL --help. Sprache: --lang de|en. Rückgabe: 0 hält, 1 hält nicht, 2 falscher Aufruf, 3 konnte nicht nachsehen.'
      : 'More: bergfried COMMAND --help. Language: --lang de|en. Exit codes: 0 holds, 1 does not hold, 2 wrong usage, 3 could not look.',
  ].join('\n')
}

/** One command with its arguments and options. */
export function commandUsage(command: Command, lang: Lang): string {
  const args = (command.args ?? []).map((a) => (a.optional === true ? `[${a.name}]` : a.name))
  const options = Object.entries(command.options ?? {})
  const shown = options.map(([name, spec]) => `[--${name}${spec.type === 'string' ? ` ${spec.value ?? 'TEXT'}` : ''}]`)
  const lines = [`bergfried ${[command.name, ...args, ...shown].join(' ')}`, `  ${command.summary[lang]}`]
  for (const arg of command.args ?? []) lines.push(`  ${arg.name.padEnd(18)} ${arg.help[lang]}`)
  for (const [name, spec] of options) {
    lines.push(
      `  ${`--${name}${spec.type === 'string' ? ` ${spec.value ?? 'TEXT'}` : ''}`.padEnd(18)} ${spec.help[lang]}`,
    )
  }
  return lines.join('\n')
}
