import type { Text } from '../i18n/text.ts'
import type { FileProblem } from '../yaml/invalid-file.ts'
import type { Control } from './policy-schema.ts'
import type { Placed, PolicyFiles } from './read-policy-folder.ts'

/** What is wrong between the files of a policy: everything that a control names must exist. */
export function findPolicyProblems(
  files: Omit<PolicyFiles, 'problems'>,
  knownChecks: ReadonlySet<string> | undefined,
): readonly FileProblem[] {
  const known: Known = {
    chapters: files.chapters.map((c) => c.value.id),
    frameworks: files.frameworks.map((f) => f.value.key),
    roles: files.roles.map((r) => r.value.key),
    checks: knownChecks,
  }
  return [...files.controls.flatMap((control) => ofControl(control, known)), ...attestationsTwice(files.controls)]
}

interface Known {
  readonly chapters: readonly string[]
  readonly frameworks: readonly string[]
  readonly roles: readonly string[]
  readonly checks: ReadonlySet<string> | undefined
}

function ofControl(control: Placed<Control>, known: Known): FileProblem[] {
  const { id, chapter, owner, checks, references } = control.value
  const problems: FileProblem[] = []
  const report = (path: readonly PropertyKey[], reason: Text): void => {
    problems.push({ file: control.file, line: control.lineOf(path), reason })
  }
  if (!known.chapters.includes(chapter)) {
    report(['chapter'], unknown({ de: 'das Kapitel', en: 'the chapter' }, chapter, known.chapters))
  } else if (!id.startsWith(`${chapter}-`)) {
    report(['id'], {
      de: `„${id}“ steht im Kapitel ${chapter}, erwartet wird eine Kennung, die mit ${chapter}- beginnt`,
      en: `“${id}” is in chapter ${chapter}, expected is an id that starts with ${chapter}-`,
    })
  }
  if (!known.roles.includes(owner)) report(['owner'], unknown({ de: 'die Rolle', en: 'the role' }, owner, known.roles))
  for (const framework of Object.keys(references).filter((f) => !known.frameworks.includes(f))) {
    report(
      ['references', framework],
      unknown({ de: 'das Regelwerk', en: 'the framework' }, framework, known.frameworks),
    )
  }
  for (const [n, check] of checks.entries()) {
    if (checks.indexOf(check) < n) {
      report(['checks', n], { de: `die Prüfung „${check}“ steht zweimal da`, en: `the check “${check}” stands twice` })
    } else if (known.checks && !known.checks.has(check)) {
      report(['checks', n], unknown({ de: 'die Prüfung', en: 'the check' }, check, near(check, known.checks)))
    }
  }
  return problems
}

function attestationsTwice(controls: readonly Placed<Control>[]): FileProblem[] {
  const first = new Map<string, string>()
  return controls.flatMap((control) =>
    control.value.attestations.flatMap(({ id }, n) => {
      const earlier = first.get(id)
      if (earlier === undefined) first.set(id, control.value.id)
      if (earlier === undefined) return []
      const reason = {
        de: `die Bezeugung „${id}“ gibt es schon bei ${earlier}`,
        en: `the attestation “${id}” exists already in ${earlier}`,
      }
      return [{ file: control.file, line: control.lineOf(['attestations', n, 'id']), reason }]
    }),
  )
}

function unknown(what: Text, found: string, known: readonly string[]): Text {
  const list = known.length > 0 ? known.join(', ') : null
  return {
    de: `${what.de} „${found}“ gibt es nicht, ${list ? `erwartet wird eines von ${list}` : 'es ist keines festgelegt'}`,
    en: `${what.en} “${found}” does not exist, ${list ? `expected is one of ${list}` : 'none is defined'}`,
  }
}

/** The checks of the same capability, or else the capabilities: a hundred names help nobody. */
function near(check: string, known: ReadonlySet<string>): readonly string[] {
  const capability = check.slice(0, check.indexOf('.') + 1)
  const same = [...known].filter((k) => k.startsWith(capability)).sort()
  return same.length > 0 ? same : [...new Set([...known].map((k) => `${k.split('.')[0]}.…`))].sort()
}
