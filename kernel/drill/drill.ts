/**
 * A throw-away host: a folder that looks like the root of a small Debian, and, where the machine allows it, a network
 * namespace of its own. The host connector is pointed at it.
 */
export interface SandboxHost {
  readonly kind: 'host'
  /** Writes a file below the sandbox root, creating folders; `mode` as four octal digits; without it an existing file keeps its own and a new one gets 0644. */
  write(path: string, content: string, mode?: string): Promise<void>
  append(path: string, content: string): Promise<void>
  /** Null where there is none. */
  read(path: string): Promise<string | null>
  remove(path: string): Promise<void>
  chmod(path: string, mode: string): Promise<void>
  /** Changes the owner; needs root. */
  chown(path: string, uid: number, gid: number): Promise<void>
  /** Loads rules into the sandbox's network namespace with `nft -f -`; the rule set there is replaced. */
  nft(ruleset: string): Promise<void>
  /** Opens a listening TCP socket in the namespace. `close` ends it. */
  listen(address: string, port: number): Promise<{ close(): Promise<void> }>
}

/** A throw-away PostgreSQL cluster, reached as its superuser. */
export interface SandboxPostgres {
  readonly kind: 'postgres'
  /** Runs SQL in a database of the sandbox, `shop` by default. */
  sql(text: string, database?: string): Promise<void>
  /** Replaces pg_hba.conf (a rule that keeps the sandbox itself connected is put first) and reloads. */
  hba(lines: string): Promise<void>
  /** Content of pg_hba.conf without the rule that the sandbox put first. */
  readHba(): Promise<string>
  /** Opens a connection as a role and keeps it. `close` ends it. */
  connect(role: string, password: string): Promise<{ close(): Promise<void> }>
}

/** A throw-away TLS server on loopback; the endpoint connector is pointed at it. */
export interface SandboxEndpoint {
  readonly kind: 'endpoint'
  /** Restarts the server with other properties; without arguments as it was at first: trusted, TLS 1.2 and 1.3, HSTS, redirect. */
  serve(options?: {
    expired?: boolean
    untrusted?: boolean
    wrongName?: boolean
    oldProtocols?: boolean
    noHsts?: boolean
    plainHttp?: boolean
    weakKey?: boolean
  }): Promise<void>
}

/** The register of people of the sandbox, replaced as a whole. Rows as in facts/person.fact.ts and so on. */
export interface SandboxRegister {
  read(): RegisterRows
  write(rows: RegisterRows): void
}

export interface RegisterRows {
  readonly person: readonly Record<string, unknown>[]
  readonly service_account: readonly Record<string, unknown>[]
  readonly account_owner: readonly Record<string, unknown>[]
  readonly entitlement: readonly Record<string, unknown>[]
  readonly enrolled_key: readonly Record<string, unknown>[]
}

interface Sandboxes {
  readonly host: SandboxHost
  readonly postgres: SandboxPostgres
  readonly endpoint: SandboxEndpoint
}

/**
 * Breaking a control on purpose. The runner collects and judges before (nothing of `expect` may be in alarm), after
 * the break (the alarm must be there) and after the mend (it must be gone).
 */
export interface Drill<S extends keyof Sandboxes = keyof Sandboxes> {
  /** The check that must turn red. The drill's file lies beside it and has its name. */
  readonly check: string
  readonly sandbox: S
  /** What is broken, as a sentence. */
  readonly title: { readonly de: string; readonly en: string }
  /** Rows that must be in alarm after the break. */
  readonly expect: readonly { readonly resource: string; readonly reason: string }[]
  /** What the sandbox must have: root rights or a network namespace of its own. */
  readonly needs?: readonly ('root' | 'netns' | 'sshd' | 'nft')[]
  break(sandbox: Sandboxes[S], register: SandboxRegister): Promise<void>
  mend(sandbox: Sandboxes[S], register: SandboxRegister): Promise<void>
}

/** Gives a drill file its types. */
export const defineDrill = <const S extends keyof Sandboxes>(drill: Drill<S>): Drill<S> => drill
