import { clip } from './clip.ts'

const KEYWORDS = new Set(['if', 'then', 'elif', 'else', 'while', 'until', 'do', '!', '{', '(', 'exec'])
const LONGEST = 4096
const MOST = 50

/**
 * Programs that a shell command line starts: its first word behind variable assignments and, of the further commands
 * in it (`a && b; c | d`), those given by an absolute path.
 *
 * Arguments and assigned values may be secrets and are never returned.
 */
export function programsOf(command: string): readonly string[] {
  const found = new Set<string>()
  let expected = true
  for (const word of shellWords(command)) {
    if (word.separator) expected = true
    else if (expected && !word.quoted && (KEYWORDS.has(word.text) || /^[A-Za-z_][A-Za-z0-9_]*=/.test(word.text)))
      continue
    else if (expected) {
      expected = false
      if (found.size === 0 || word.text.startsWith('/')) found.add(clip(word.text, LONGEST))
      if (found.size === MOST) break
    }
  }
  return [...found]
}

interface Word {
  readonly text: string
  readonly separator: boolean
  readonly quoted: boolean
}

/** Words of a POSIX shell line, quotes resolved, substitutions taken as part of their word. */
function* shellWords(command: string): Generator<Word> {
  let text = ''
  let started = false
  let quoted = false
  const word = function* (): Generator<Word> {
    if (started) yield { text, separator: false, quoted }
    text = ''
    started = false
    quoted = false
  }
  for (let at = 0; at < command.length; at++) {
    const next = command[at] ?? ''
    if (next === '\\') {
      text += command[++at] ?? ''
      started = true
    } else if (next === "'" || next === '"' || next === '`' || (next === '$' && command[at + 1] === '(')) {
      const end = closing(command, at)
      // The inside of a substitution is another command line; what it prints is an argument.
      if (next === "'" || next === '"') text += command.slice(at + 1, end)
      else text += '$()'
      quoted ||= !started
      started = true
      at = end
    } else if (/\s/.test(next)) yield* word()
    else if (';|&(){}'.includes(next) && !(next === '}' && started) && !(next === '{' && started)) {
      // `2>&1` redirects; it does not begin another command.
      if (next === '&' && started && '<>'.includes(command[at - 1] ?? ' ')) {
        text += next
        continue
      }
      yield* word()
      yield { text: next, separator: true, quoted: false }
    } else {
      text += next
      started = true
    }
  }
  yield* word()
}

/** Index of the end of a quote or substitution that begins at `start`; the last index where it stays open. */
function closing(command: string, start: number): number {
  const open = command[start] ?? ''
  if (open === "'") {
    const end = command.indexOf("'", start + 1)
    return end === -1 ? command.length - 1 : end
  }
  let depth = 0
  for (let at = start + (open === '$' ? 2 : 1); at < command.length; at++) {
    const next = command[at]
    if (next === '\\') at++
    else if (open !== '$' && next === open) return at
    else if (open === '$' && next === '(') depth++
    else if (open === '$' && next === ')' && depth-- === 0) return at
  }
  return command.length - 1
}
