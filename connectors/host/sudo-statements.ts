/** What a sudoers file is made of, before aliases are resolved. */
export type Statement = Alias | Defaults | Rule | Include

export type AliasKind = 'user' | 'runas' | 'host' | 'command'

/** One name in a list. `word` is taken literally, `alias` may turn out to be a plain name too. */
export interface Member {
  readonly negated: boolean
  readonly kind: 'all' | 'alias' | 'word'
  /** As written, escapes resolved: "ada", "%sudo", "%#27", "#1000", "+admins", "/bin/ls -l". */
  readonly text: string
}

export interface Alias {
  readonly type: 'alias'
  readonly line: number
  readonly kind: AliasKind
  readonly name: string
  readonly members: readonly Member[]
}

export interface Defaults {
  readonly type: 'defaults'
  readonly line: number
  /** "" for everybody, "@" hosts, ":" users, ">" target users, "!" commands. */
  readonly sign: string
  readonly scope: readonly Member[]
  readonly entries: readonly {
    readonly setting: string
    readonly operator: '=' | '+=' | '-='
    readonly value: string | null
    readonly negated: boolean
  }[]
}

export interface Rule {
  readonly type: 'rule'
  readonly line: number
  readonly users: readonly Member[]
  readonly privileges: readonly Privilege[]
}

export interface Privilege {
  readonly hosts: readonly Member[]
  readonly specs: readonly CommandSpec[]
}

export interface CommandSpec {
  /** Null where the specification names no target user: then that of the command before it holds. */
  readonly runAs: RunAs | null
  /** "NOPASSWD", "NOEXEC" ... in the order written. */
  readonly tags: readonly string[]
  /** "ROLE", "TIMEOUT" ... with their values. */
  readonly options: readonly (readonly [name: string, value: string])[]
  readonly command: Member
}

export interface RunAs {
  readonly users: readonly Member[]
  readonly groups: readonly Member[]
}

export interface Include {
  readonly type: 'include'
  readonly line: number
  readonly folder: boolean
  readonly path: string
}
