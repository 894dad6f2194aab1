import type { Reporter, TestCase, TestModule } from 'vitest/node'

interface Counts {
  passed: number
  failed: number
  readonly skipped: string[]
}

/**
 * Counts tests for the closing line and names those that were skipped. With CI=true a skipped test is a failure, because
 * nobody would see it.
 */
export class ClosingReporter implements Reporter {
  readonly #counts: Counts = { passed: 0, failed: 0, skipped: [] }

  get counts(): Readonly<Counts> {
    return this.#counts
  }

  onTestCaseResult(test: TestCase): void {
    const result = test.result()
    const { state } = result
    if (state === 'passed') this.#counts.passed += 1
    else if (state === 'failed') this.#counts.failed += 1
    else {
      const why = state === 'skipped' && result.note !== undefined ? ` (${result.note})` : ''
      this.#counts.skipped.push(`${test.module.relativeModuleId}: ${test.fullName}${why}`)
    }
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    // A file that could not be loaded, or an error outside any test, has no test to fail.
    this.#counts.failed += modules.filter((m) => m.errors().length > 0).length + errors.length
  }
}
