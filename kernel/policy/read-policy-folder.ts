import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type * as z from 'zod'
import type { FileProblem } from '../yaml/invalid-file.ts'
import { type PositionedYaml, parseYaml } from '../yaml/parse-yaml.ts'
import { readBounded } from '../yaml/read-bounded.ts'
import { fitShape } from '../yaml/shape.ts'
import {
  type Chapter,
  type Control,
  chaptersSchema,
  controlSchema,
  type Framework,
  frameworksSchema,
  type Role,
  rolesSchema,
} from './policy-schema.ts'

/** A value and the place it comes from, so that later checks can still point at the line. */
export interface Placed<T> {
  readonly value: T
  readonly file: string
  lineOf(path: readonly PropertyKey[]): number
}

export interface PolicyFiles {
  readonly chapters: readonly Placed<Chapter>[]
  readonly frameworks: readonly Placed<Framework>[]
  readonly roles: readonly Placed<Role>[]
  readonly controls: readonly Placed<Control>[]
  readonly problems: readonly FileProblem[]
}

const MOST_FILES = 2_000

/**
 * Reads the `*.yaml` files of one folder (not of folders below it): `chapters.yaml`, `frameworks.yaml`, `roles.yaml`,
 * each optional, and one file per control. Every file that is wrong is a problem; the others are still read.
 */
export async function readPolicyFolder(folder: string): Promise<PolicyFiles> {
  const chapters: Placed<Chapter>[] = []
  const frameworks: Placed<Framework>[] = []
  const roles: Placed<Role>[] = []
  const controls: Placed<Control>[] = []
  const problems: FileProblem[] = []

  for (const name of await fileNames(folder, problems)) {
    const file = join(folder, name)
    const yaml = await readYaml(file, problems)
    if (!yaml) continue
    if (name === 'chapters.yaml') {
      chapters.push(...items(take(file, yaml, chaptersSchema, problems)?.chapters, 'chapters', file, yaml))
    } else if (name === 'frameworks.yaml') {
      frameworks.push(...items(take(file, yaml, frameworksSchema, problems)?.frameworks, 'frameworks', file, yaml))
    } else if (name === 'roles.yaml') {
      roles.push(...items(take(file, yaml, rolesSchema, problems)?.roles, 'roles', file, yaml))
    } else {
      const value = take(file, yaml, controlSchema, problems)
      if (value) controls.push({ value, file, lineOf: yaml.lineOf })
    }
  }
  problems.push(...duplicates(controls, (c) => c.id, 'id'), ...misnamed(controls))
  problems.push(...duplicates(chapters, (c) => c.id, 'id'))
  problems.push(...duplicates(frameworks, (f) => f.key, 'key'), ...duplicates(roles, (r) => r.key, 'key'))
  return { chapters, frameworks, roles, controls, problems }
}

async function fileNames(folder: string, problems: FileProblem[]): Promise<readonly string[]> {
  const refuse = (file: string, de: string, en: string): void => {
    problems.push({ file, line: 1, reason: { de, en } })
  }
  let names: string[]
  try {
    names = (await readdir(folder)).filter((n) => !n.startsWith('.')).sort()
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? ''
    refuse(folder, `der Ordner ist nicht lesbar (${code})`, `the folder cannot be read (${code})`)
    return []
  }
  // A promise in a file that is passed over would be missing without a word.
  for (const name of names.filter((n) => /\.(yml|yaml|json)$/i.test(n) && !n.endsWith('.yaml'))) {
    refuse(join(folder, name), 'der Dateiname muss auf .yaml enden', 'the file name must end in .yaml')
  }
  const found = names.filter((n) => n.endsWith('.yaml'))
  if (found.length === 0) refuse(folder, 'der Ordner enthält keine .yaml-Datei', 'the folder holds no .yaml file')
  if (found.length <= MOST_FILES) return found
  refuse(folder, `mehr als ${MOST_FILES} Dateien`, `more than ${MOST_FILES} files`)
  return []
}

async function readYaml(file: string, problems: FileProblem[]): Promise<PositionedYaml | undefined> {
  const read = await readBounded(file)
  if ('source' in read) return parseYaml(read.source)
  const reason = 'missing' in read ? { de: 'die Datei gibt es nicht', en: 'the file does not exist' } : read.reason
  problems.push({ file, line: 1, reason })
  return undefined
}

function take<S extends z.ZodType>(
  file: string,
  yaml: PositionedYaml,
  schema: S,
  problems: FileProblem[],
): z.output<S> | undefined {
  const result = fitShape(yaml, schema)
  if ('value' in result) return result.value
  problems.push(...result.problems.map((p) => ({ ...p, file })))
  return undefined
}

const items = <T>(values: readonly T[] | undefined, field: string, file: string, yaml: PositionedYaml): Placed<T>[] =>
  (values ?? []).map((value, n) => ({ value, file, lineOf: (path) => yaml.lineOf([field, n, ...path]) }))

function duplicates<T>(placed: readonly Placed<T>[], idOf: (value: T) => string, field: string): FileProblem[] {
  const first = new Map<string, Placed<T>>()
  return placed.flatMap((p) => {
    const id = idOf(p.value)
    const earlier = first.get(id)
    if (!earlier) first.set(id, p)
    if (!earlier) return []
    const at = `${earlier.file}:${earlier.lineOf([field])}`
    const reason = { de: `„${id}“ gibt es schon in ${at}`, en: `“${id}” exists already in ${at}` }
    return [{ file: p.file, line: p.lineOf([field]), reason }]
  })
}

const misnamed = (controls: readonly Placed<Control>[]): FileProblem[] =>
  controls
    .filter((c) => !c.file.endsWith(`/${c.value.id}.yaml`))
    .map((c) => ({
      file: c.file,
      line: c.lineOf(['id']),
      reason: {
        de: `die Kennung „${c.value.id}“ passt nicht zum Dateinamen, erwartet wird ${c.value.id}.yaml`,
        en: `the id “${c.value.id}” does not match the file name, expected is ${c.value.id}.yaml`,
      },
    }))
