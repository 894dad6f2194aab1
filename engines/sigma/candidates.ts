/** Rules that an event may match: each once. Marks are numbers of events, so that nothing is cleared between them. */
export class Candidates {
  readonly #marks: Uint32Array
  #event = 0
  readonly list: Int32Array
  size = 0

  constructor(rules: number) {
    this.#marks = new Uint32Array(rules)
    this.list = new Int32Array(rules)
  }

  begin(): void {
    this.size = 0
    this.#event++
    if (this.#event === 0xffffffff) {
      this.#marks.fill(0)
      this.#event = 1
    }
  }

  addAll(rules: Int32Array): void {
    for (let i = 0; i < rules.length; i++) {
      const rule = rules[i] as number
      if (this.#marks[rule] === this.#event) continue
      this.#marks[rule] = this.#event
      this.list[this.size++] = rule
    }
  }
}

/** A literal and the rules that it is a witness of. */
export interface Literal {
  readonly text: string
  readonly rules: Int32Array
}
