import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { RuleFile } from '../../engines/sigma/pack.ts'

/** Where the public rules and the logs are kept; they are not of this repository. */
const ARCHIVES = join(import.meta.dirname, '..', '..', '..', 'shared', 'data', 'detection')

/** Unpacks rules and logs into a folder; false where they are not at hand. */
export function unpack(folder: string): boolean {
  for (const archive of ['sigma-rules.tgz', 'dev.tgz']) {
    const path = join(ARCHIVES, archive)
    if (!existsSync(path)) return false
    const { status, stderr } = spawnSync('tar', ['xzf', path, '-C', folder], { encoding: 'utf8' })
    if (status !== 0) throw new Error(`tar: ${stderr}`)
  }
  return true
}

/** Folders of the public rule tree. */
export const RULE_FOLDERS = [
  'rules',
  'rules-compliance',
  'rules-emerging-threats',
  'rules-placeholder',
  'rules-threat-hunting',
]

export function ruleFiles(folder: string): RuleFile[] {
  return RULE_FOLDERS.flatMap((name) => filesBelow(join(folder, name), '.yml')).map((path) => ({
    file: relative(folder, path),
    text: readFileSync(path, 'utf8'),
  }))
}

function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

/** Lines of all logs whose name has a word in it. */
export function logLines(folder: string, word: string): string[] {
  return filesBelow(join(folder, 'crowdsec-hub-tests'), '.log')
    .filter((path) => path.includes(word))
    .flatMap((path) => readFileSync(path, 'utf8').split('\n'))
    .filter((line) => line !== '')
}
