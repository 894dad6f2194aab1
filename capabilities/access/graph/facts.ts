/** What a graph of one system is made of, by kind of fact; names are those of the facts. */
export interface AccessFacts {
  readonly person: readonly { readonly person: string; readonly displayName: string; readonly status: string }[]
  readonly account_owner: readonly {
    readonly targetSystem: string
    readonly account: string
    readonly ownerKind: string
    readonly owner: string
  }[]
  readonly service_account: readonly { readonly service: string; readonly owner: string }[]
  readonly enrolled_key: readonly { readonly owner: string; readonly fingerprint: string }[]
  readonly host_user: readonly { readonly account: string; readonly uid: number }[]
  readonly host_group: readonly {
    readonly groupName: string
    readonly gid: number
    readonly members: readonly string[]
  }[]
  readonly host_sudo_rule: readonly {
    readonly subjectKind: string
    readonly subject: string
    readonly runAs: readonly string[]
    readonly commands: readonly string[]
  }[]
  readonly ssh_authorized_key: readonly { readonly account: string; readonly fingerprint: string }[]
  readonly pg_role: readonly {
    readonly role: string
    readonly superuser: boolean
    readonly createRole: boolean
    readonly canLogin: boolean
    readonly memberOf: readonly string[]
  }[]
  readonly pg_grant: readonly {
    readonly database: string
    readonly grantee: string
    readonly privileges: readonly string[]
  }[]
  readonly pg_owned: readonly { readonly database: string; readonly owner: string }[]
}
export type AccessFactKind = keyof AccessFacts
