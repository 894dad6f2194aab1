import { createHash } from 'node:crypto'
import type { CorrelationRule } from './correlation-ir.ts'
import { linkCorrelations } from './correlation-link.ts'
import { type CorrelationDraft, readCorrelation } from './correlation-rule.ts'
import { type Problem, problemOf, SigmaError } from './errors.ts'
import { readEventRule } from './event-rule.ts'
import { applyFilter, type Filter, filterMeans, readFilter } from './filter.ts'
import type { EventRule, Logsource } from './ir.ts'
import { type Pipeline, pathsOf, type RouteTable } from './pipeline.ts'
import type { Placeholders } from './placeholders.ts'
import { labelOf } from './rule-head.ts'
import { readDocuments, type SourceDocument } from './yaml-documents.ts'

/** Changes with every change of what a compiled pack means. */
export const PACK_VERSION = 1

/** One file of rules, with the name that errors and matches shall show. */
export interface RuleFile {
  readonly file: string
  readonly text: string
}

export interface PackOptions {
  readonly pipeline: Pipeline
  readonly placeholders?: Placeholders
}

export type Rule = EventRule | CorrelationRule

/** Rules ready for a matcher: plain data. */
export interface Pack {
  /** SHA-256 over engine version, pipeline, placeholders and files: evidence of what was looked for. */
  readonly hash: string
  readonly rules: readonly Rule[]
  /** The dictionary of fields: where each is found in an event. */
  readonly fields: readonly (readonly string[])[]
  readonly routes: readonly RouteTable[]
  /** Documents that were not taken. */
  readonly problems: readonly Problem[]
}

/**
 * Compiles files of rules, correlations and filters. Documents that cannot be taken become problems and never stop the
 * others; a correlation or filter whose rule is missing is a problem of its own.
 */
export function compilePack(files: readonly RuleFile[], options: PackOptions): Pack {
  const builder = new Builder(options)
  for (const { file, text } of files) {
    const { documents, errors } = readDocuments(file, text)
    for (const error of errors) builder.problems.push(problemOf(error, { file, line: 0 }, null))
    for (const document of documents) builder.add(document)
  }
  return builder.finish(packHash(files, options))
}

/** Names what a pack is made of, whatever the order of its files: the key of a cache. */
export function packHash(files: readonly RuleFile[], options: PackOptions): string {
  const hash = createHash('sha256')
  const put = (text: string) => hash.update(`${Buffer.byteLength(text)}:`).update(text)
  put(`sigma ${PACK_VERSION}`)
  put(JSON.stringify(options.pipeline))
  put(JSON.stringify(Object.entries(options.placeholders ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))))
  for (const { file, text } of [...files].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0))) {
    put(file)
    put(text)
  }
  return hash.digest('hex')
}

class Builder {
  readonly problems: Problem[] = []
  readonly #options: PackOptions
  readonly #rules: EventRule[] = []
  readonly #drafts: CorrelationDraft[] = []
  readonly #filters: Filter[] = []
  readonly #names = new Set<string>()
  readonly #fields: (readonly string[])[] = []
  readonly #numbers = new Map<string, number>()

  constructor(options: PackOptions) {
    this.#options = options
  }

  add(document: SourceDocument): void {
    this.#guard(document, () => {
      const { data } = document
      if (data['correlation'] !== undefined) {
        const draft = readCorrelation(document)
        this.#enter(draft.head)
        this.#drafts.push(draft)
      } else if (data['filter'] !== undefined) {
        this.#filters.push(readFilter(document))
      } else if (data['detection'] !== undefined) {
        const rule = readEventRule(document, (logsource) => this.#dictionary(logsource))
        this.#enter(rule)
        this.#rules.push(rule)
      } else {
        throw new SigmaError('malformed', 'a document has a detection, a correlation or a filter')
      }
    })
  }

  finish(hash: string): Pack {
    this.#applyFilters()
    const rules = linkCorrelations(this.#rules, this.#drafts, (name, of) => this.#number(name, of), this.problems)
    return { hash, rules, fields: this.#fields, routes: this.#options.pipeline.routes, problems: this.problems }
  }

  #applyFilters(): void {
    for (const filter of this.#filters) {
      let meant = 0
      this.#guard(filter.source, () => {
        for (const [i, rule] of this.#rules.entries()) {
          if (!filterMeans(filter, rule)) continue
          meant++
          this.#rules[i] = applyFilter(rule, filter, this.#dictionary(rule.logsource))
        }
        if (meant === 0) throw new SigmaError('unresolved', 'the filter meets no rule of its log source')
      })
    }
  }

  /** Two rules of one id would hide each other: the second is a problem. */
  #enter(head: { readonly id: string; readonly name: string | null }): void {
    for (const name of new Set([head.id, head.name])) {
      if (name !== null && this.#names.has(name))
        throw new SigmaError('duplicate', `"${name}" is the id or name of two rules`)
    }
    this.#names.add(head.id)
    if (head.name !== null) this.#names.add(head.name)
  }

  #dictionary(logsource: Logsource) {
    return {
      placeholders: this.#options.placeholders ?? {},
      fieldNumber: (name: string) => this.#number(name, logsource),
    }
  }

  #number(name: string, logsource: Logsource): number {
    const paths = pathsOf(this.#options.pipeline, name, logsource)
    const key = JSON.stringify(paths)
    let number = this.#numbers.get(key)
    if (number === undefined) {
      number = this.#fields.push(paths) - 1
      this.#numbers.set(key, number)
    }
    return number
  }

  #guard(document: SourceDocument, work: () => void): void {
    try {
      work()
    } catch (error) {
      this.problems.push(problemOf(error, { file: document.file, line: document.lineOf([]) }, labelOf(document.data)))
    }
  }
}
