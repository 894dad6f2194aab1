import { type FileProblem, invalidFile } from '../yaml/invalid-file.ts'
import { findPolicyProblems } from './policy-problems.ts'
import type { Chapter, Control, Policy } from './policy-schema.ts'
import { type Placed, type PolicyFiles, readPolicyFolder } from './read-policy-folder.ts'

export interface PolicyOptions {
  /** Every check that exists. With it, a control that names another one is refused. */
  readonly knownChecks?: ReadonlySet<string>
}

/**
 * Loads a policy from one folder, or from several: a later folder adds controls, chapters, frameworks and roles, and
 * takes the place of earlier ones with the same id, whole.
 *
 * @throws {BergfriedError} `policy.invalid` with file, line and reason of the first problem and the number of others
 */
export async function loadPolicy(folders: string | readonly string[], options: PolicyOptions = {}): Promise<Policy> {
  const { policy, problems } = await readPolicy(folders, options)
  const [first, ...others] = problems
  if (first) throw invalidFile('policy.invalid', [first, ...others])
  return policy
}

/** As {@link loadPolicy}, but gives back every problem (for the command that checks a policy) and throws none. */
export async function readPolicy(
  folders: string | readonly string[],
  options: PolicyOptions = {},
): Promise<{ readonly policy: Policy; readonly problems: readonly FileProblem[] }> {
  const read = await Promise.all((typeof folders === 'string' ? [folders] : folders).map(readPolicyFolder))
  const merged: Omit<PolicyFiles, 'problems'> = {
    chapters: later(read.flatMap((f) => byId(f.chapters, (c) => c.id))),
    frameworks: later(read.flatMap((f) => byId(f.frameworks, (c) => c.key))),
    roles: later(read.flatMap((f) => byId(f.roles, (c) => c.key))),
    controls: later(read.flatMap((f) => byId(f.controls, (c) => c.id))),
  }
  const broken = read.flatMap((f) => f.problems)
  // What refers to a broken file would be reported as unknown, and hide the real problem.
  const problems = broken.length > 0 ? broken : findPolicyProblems(merged, options.knownChecks)
  return { policy: inOrder(merged), problems }
}

/** The folders that make up the policy: the shipped one, or what the configuration puts in its place or beside it. */
export const policyFolders = (
  shipped: string,
  own: { readonly mode: 'extend' | 'replace'; readonly folder: string } | null,
): readonly string[] => (own === null ? [shipped] : own.mode === 'replace' ? [own.folder] : [shipped, own.folder])

const byId = <T>(placed: readonly Placed<T>[], id: (value: T) => string) => placed.map((p) => [id(p.value), p] as const)

const later = <T>(entries: readonly (readonly [string, T])[]): readonly T[] => [...new Map(entries).values()]

function inOrder(files: Omit<PolicyFiles, 'problems'>): Policy {
  const chapters = files.chapters.map((c) => c.value).sort((a, b) => a.order - b.order || compare(a.id, b.id))
  return {
    chapters,
    frameworks: files.frameworks.map((f) => f.value),
    roles: files.roles.map((r) => r.value),
    controls: files.controls.map((c) => c.value).sort(byChapter(chapters)),
  }
}

function byChapter(chapters: readonly Chapter[]): (a: Control, b: Control) => number {
  const rank = new Map(chapters.map((c, n) => [c.id, n]))
  const rankOf = (c: Control): number => rank.get(c.chapter) ?? chapters.length
  return (a, b) => rankOf(a) - rankOf(b) || numberOf(a) - numberOf(b) || compare(a.id, b.id)
}

const numberOf = (control: Control): number => Number(control.id.split('-')[1])

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
