import { BergfriedError } from '../../kernel/errors.ts'

/** Characters that end a word outside quotes, after sudoers(5). */
const WORD_END = new Set('#>!=:,() \t\r\n\\"')
/** Characters of a command that a backslash makes ordinary; before any other one the backslash stays. */
const COMMAND_ESCAPES = new Set(':\\,= \t#')

/** Reads sudoers text piece by piece. Every piece is looked at once, so the time grows with the text. */
export class SudoScanner {
  readonly #text: string
  readonly #file: string
  #at = 0
  #line = 1

  constructor(text: string, file: string) {
    this.#text = text
    this.#file = file
  }

  /** Line of the next character, from 1. */
  get line(): number {
    return this.#line
  }

  get ended(): boolean {
    return this.#at >= this.#text.length
  }

  fault(reason: string): BergfriedError {
    return new BergfriedError('collect.parse', { what: this.#file, line: this.#line, reason })
  }

  peek(ahead = 0): string {
    return this.#text[this.#at + ahead] ?? ''
  }

  /** The next characters, not taken. */
  ahead(count: number): string {
    return this.#text.slice(this.#at, this.#at + count)
  }

  /** Skips blanks and continued lines (a backslash as the last character). Says whether there were any. */
  blank(): boolean {
    const start = this.#at
    for (;;) {
      const next = this.peek()
      if (next === ' ' || next === '\t') this.#at++
      else if (next !== '\\' || !this.#continuation()) return this.#at > start
    }
  }

  /** Takes the text if it comes next. */
  take(expected: string): boolean {
    if (!this.#text.startsWith(expected, this.#at)) return false
    this.#at += expected.length
    return true
  }

  expect(expected: string): void {
    if (!this.take(expected)) throw this.fault(`"${expected}" expected`)
  }

  /** Takes what a sticky expression matches here; it must not match a line break. */
  match(expression: RegExp): string | null {
    expression.lastIndex = this.#at
    const found = expression.exec(this.#text)
    if (found === null) return null
    this.#at += found[0].length
    return found[0]
  }

  /** At the end of a statement: a line break, a comment, or the end of the file. */
  atEnd(): boolean {
    const next = this.peek()
    return next === '' || next === '\n' || (next === '\r' && this.peek(1) === '\n') || this.atComment()
  }

  /** "#" begins a comment unless a number follows: then it is a user or group id. */
  atComment(): boolean {
    return this.peek() === '#' && !/^-?[0-9]/.test(this.peek(1) + this.peek(2))
  }

  /** Skips the rest of the line, also behind a backslash: a comment cannot be continued. */
  skipLine(): void {
    const end = this.#text.indexOf('\n', this.#at)
    this.#at = end === -1 ? this.#text.length : end + 1
    this.#line++
  }

  /** A word outside quotes with its escapes resolved, empty where none begins here. */
  word(ends: ReadonlySet<string> = WORD_END): string {
    let word = ''
    for (;;) {
      const next = this.peek()
      if (next === '\\' && !this.#continues()) word += this.#escaped()
      else if (next === '' || ends.has(next)) return word
      else {
        word += next
        this.#at++
      }
    }
  }

  /** A string in double quotes; the opening quote comes next. Only \" is an escape in it. */
  quoted(): string {
    this.expect('"')
    let content = ''
    for (;;) {
      const next = this.peek()
      if (next === '' || next === '\n') throw this.fault('a string is not closed')
      if (next === '"') {
        this.#at++
        if (content === '') throw this.fault('empty string')
        return content
      }
      if (next === '\\' && this.#continuation()) {
        while (this.peek() === ' ' || this.peek() === '\t') this.#at++
        continue
      }
      if (next === '\\' && this.peek(1) === '"') this.#at++
      content += this.peek()
      this.#at++
    }
  }

  /** The path of a command, up to a blank or a separator. */
  commandPath(): string {
    return this.#commandPart()
  }

  /** The arguments of a command with single blanks between them, up to a separator; empty where there are none. */
  commandArguments(): string {
    const parts: string[] = []
    for (;;) {
      this.blank()
      if (parts.length === 0 && this.peek() === '^') return this.regularExpression()
      const part = this.#commandPart()
      if (part === '') return parts.join(' ')
      parts.push(part)
    }
  }

  /** A regular expression "^...$" with everything in it as written. */
  regularExpression(): string {
    const start = this.#at
    for (;;) {
      const next = this.peek()
      if (next === '' || next === '\n' || next === '#') throw this.fault('a regular expression is not closed')
      this.#at += next === '\\' && this.peek(1) !== '\n' && this.peek(1) !== '' ? 2 : 1
      if (next === '$') return this.#text.slice(start, this.#at)
    }
  }

  #commandPart(): string {
    let part = ''
    for (;;) {
      const next = this.peek()
      if (next === '' || ' \t,:=\r\n#'.includes(next)) return part
      if (next === '\\') {
        if (this.#continues()) return part
        const following = this.peek(1)
        if (following === '' || following === '\n') throw this.fault('a backslash at the end')
        part += COMMAND_ESCAPES.has(following) ? following : next + following
        this.#at += 2
        continue
      }
      part += next
      this.#at++
    }
  }

  #escaped(): string {
    const hex = /\\x([0-9A-Fa-f]{2})/y
    hex.lastIndex = this.#at
    const code = hex.exec(this.#text)?.[1]
    if (code !== undefined) {
      this.#at += 4
      return String.fromCharCode(Number.parseInt(code, 16))
    }
    const following = this.peek(1)
    if (following === '' || following === '\n' || following === '\t') throw this.fault('a backslash before nothing')
    this.#at += 2
    return following
  }

  #continues(): boolean {
    return this.#continuationLength() > 0
  }

  #continuation(): boolean {
    const length = this.#continuationLength()
    if (length > 0) {
      this.#at += length
      this.#line++
    }
    return length > 0
  }

  /** Length of a backslash, blanks and a line break, or 0. */
  #continuationLength(): number {
    let length = 1
    while (' \t'.includes(this.peek(length)) && this.peek(length) !== '') length++
    if (this.peek(length) === '\r') length++
    return this.peek(length) === '\n' ? length + 1 : 0
  }
}
