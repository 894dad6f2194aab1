import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Ended {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The machine's ssh-keygen in a folder of its own, in UTC. */
export class SshKeygen {
  readonly folder = mkdtempSync(join(tmpdir(), 'bergfried-sshcert-'))
  #files = 0

  run(args: readonly string[], input: string | Uint8Array = ''): Ended {
    const { status, stdout, stderr, error } = spawnSync('ssh-keygen', args, {
      cwd: this.folder,
      env: { PATH: '/usr/bin:/bin', TZ: 'UTC', LC_ALL: 'C.UTF-8', HOME: this.folder },
      input,
      timeout: 20_000,
      encoding: 'utf8',
    })
    if (error !== undefined) throw error
    return { status, stdout, stderr }
  }

  /** What it prints; an error where it ends with one. */
  must(args: readonly string[], input: string | Uint8Array = ''): string {
    const { status, stdout, stderr } = this.run(args, input)
    if (status !== 0) throw new Error(`ssh-keygen ${args.join(' ')}: ${stderr}`)
    return stdout
  }

  /** A new file, for its owner alone. */
  file(content: string | Uint8Array, ending = ''): string {
    const path = join(this.folder, `f${this.#files++}${ending}`)
    writeFileSync(path, content, { mode: 0o600 })
    return path
  }

  /** What `-L` prints of certificates, a map of fields for each. */
  list(lines: readonly string[]): readonly ReadonlyMap<string, readonly string[]>[] {
    const text = this.must(['-L', '-f', this.file(`${lines.join('\n')}\n`)])
    return text.split(/^\S.*:\d+:$/m).flatMap((part) => (part.trim() === '' ? [] : [fieldsOf(part)]))
  }

  read(path: string): string {
    return readFileSync(path, 'utf8')
  }

  write(path: string, content: string): void {
    writeFileSync(path, content, { mode: 0o600 })
  }

  bytes(path: string): Uint8Array {
    return new Uint8Array(readFileSync(path))
  }

  /** Which keys or certificates `-Q` finds revoked; an error where it cannot read the list. */
  revokes(krl: Uint8Array, lines: readonly string[]): readonly boolean[] {
    const files = lines.map((line) => this.file(`${line}\n`, '.pub'))
    const { stdout, stderr } = this.run(['-Q', '-f', this.file(krl), ...files])
    const answers = stdout.split('\n').flatMap((line) => /: (ok|REVOKED)$/.exec(line)?.[1] ?? [])
    if (answers.length !== lines.length) throw new Error(`ssh-keygen -Q: ${stderr}`)
    return answers.map((answer) => answer === 'REVOKED')
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** A field with its value, or with the lines below it. */
function fieldsOf(part: string): ReadonlyMap<string, readonly string[]> {
  const fields = new Map<string, string[]>()
  let last: string[] = []
  for (const line of part.split('\n')) {
    const field = /^ {8}([A-Z][A-Za-z ]*): ?(.*)$/.exec(line)
    if (field !== null) {
      const value = (field[2] ?? '').trim()
      last = value === '' || value === '(none)' ? [] : [value]
      fields.set(field[1] ?? '', last)
    } else if (line.startsWith(' '.repeat(16))) last.push(line.slice(16))
  }
  return fields
}
