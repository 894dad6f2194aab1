/** Ways in which one start position may be tried: beyond it RE2 is the better choice. */
const MAX_WAYS = 4096

/**
 * Whether the platform's backtracking engine may run an expression instead of RE2. It may where two things are certain. The
 * work is bounded: every repetition has an upper limit, and the product of all choices is small, so each start position
 * costs at most so many steps whatever the text. And both engines read it alike: only characters, escaped signs, classes of
 * ASCII, `\d`, `\w`, anchors of the whole text, groups with alternatives. Everything else is left to RE2.
 */
export function isBounded(source: string): boolean {
  const reader = new Reader(source)
  const ways = reader.alternatives(0)
  return ways !== null && reader.done && ways <= MAX_WAYS
}

class Reader {
  readonly #source: string
  #at = 0

  constructor(source: string) {
    this.#source = source
  }

  get done(): boolean {
    return this.#at === this.#source.length
  }

  /** Ways to match alternatives: their sum. Null: not certain. */
  alternatives(depth: number): number | null {
    let sum = 0
    for (;;) {
      const ways = this.#sequence(depth)
      if (ways === null) return null
      sum += ways
      if (this.#source[this.#at] !== '|') return sum
      this.#at++
    }
  }

  /** Ways of one alternative: the product of those of its pieces. */
  #sequence(depth: number): number | null {
    let product = 1
    while (this.#at < this.#source.length) {
      const unit = this.#source[this.#at] as string
      if (unit === '|' || unit === ')') break
      const ways = this.#atom(unit, depth)
      const times = ways === null ? null : this.#repetition(ways)
      if (times === null) return null
      product *= times
      if (product > MAX_WAYS) return null
    }
    return product
  }

  #atom(unit: string, depth: number): number | null {
    if (unit === '(') {
      if (depth > 8) return null
      const head = this.#take(/\((?:\?:|(?!\?))/y)
      const ways = head === null ? null : this.alternatives(depth + 1)
      return ways !== null && this.#take(/\)/y) !== null ? ways : null
    }
    // Anchors, ASCII that is no operator, escaped signs, digits and word characters, plain classes.
    const plain = /\^|\$(?![*+?{])|[ !"#%&',\-/0-9:;<=>@A-Z_`a-z~]|\\[!-/:-@[-`{-~]|\\[dw]/y
    return this.#take(plain) !== null || this.#take(CLASS) !== null ? 1 : null
  }

  /** Ways of a piece that is repeated `least` to `most` times. */
  #repetition(ways: number): number | null {
    const found = this.#take(/\?|\{(\d{1,3})(?:,(\d{1,3}))?\}/y)
    if (found === null) return /[*+{]/.test(this.#source[this.#at] ?? '') ? null : ways
    if (/[?+]/.test(this.#source[this.#at] ?? '')) return null
    const least = found[0] === '?' ? 0 : Number(found[1])
    const most = found[0] === '?' ? 1 : Number(found[2] ?? found[1])
    if (most < least || most > 200) return null
    return (most - least + 1) * ways ** most
  }

  #take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#source)
    if (found !== null) this.#at = pattern.lastIndex
    return found
  }
}

/** A class of ASCII letters, digits, ranges of them and signs that mean nothing in a class; not negated. */
const CLASS =
  /\[(?:[a-z]-[a-z]|[A-Z]-[A-Z]|[0-9]-[0-9]|[A-Za-z0-9 !"#%&'()*+,./:;<=>?@_`{|}~$]|\\[dw]|\\[!-/:-@[-`{-~])+\]/y
