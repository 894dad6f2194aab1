import type {} from '../../kernel/http/route.ts'
import { MOST_ROWS } from '../people/contract.ts'

/** Address below which everything of SCIM lies (RFC 7644, section 3.13). */
export const SCIM_ROOT = '/scim/v2'
export const SCIM_TYPE = 'application/scim+json'

export const USER_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:User'
export const GROUP_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:Group'
export const ENTERPRISE_SCHEMA = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

const MESSAGE = 'urn:ietf:params:scim:api:messages:2.0'
export const LIST_MESSAGE = `${MESSAGE}:ListResponse`
export const PATCH_MESSAGE = `${MESSAGE}:PatchOp`
export const SEARCH_MESSAGE = `${MESSAGE}:SearchRequest`
export const ERROR_MESSAGE = `${MESSAGE}:Error`

/** Bytes of a request's body. */
export const BODY_LIMIT = 1024 * 1024
/** As many people as the register holds. */
export const MOST_USERS = MOST_ROWS
export const MOST_GROUPS = 10_000
export const MOST_MEMBERS = 20_000
/** Resources of one answer. */
export const MOST_RESULTS = 200
export const USUAL_RESULTS = 100
/** Members that one answer tells of, over all its groups; a page ends early, as RFC 7644 (3.4.2.4) lets it. */
export const MOST_MEMBERS_TOLD = 50_000
export const MOST_OPERATIONS = 1000

/** What an identity provider says of somebody now. */
export interface ScimChange {
  readonly userName: string
  readonly externalId: string | null
  readonly displayName: string
  readonly email: string | null
  /** False: deactivated, or deleted. Whoever is it has left. */
  readonly active: boolean
}

/** Where people who are provisioned get settled into the register. */
export interface ScimDesk {
  /**
   * Takes a change over. It must have taken effect when this resolves: the caller is answered afterwards, and where it throws
   * nothing of the change is stored. It may be told the same again. It is never called twice at once.
   *
   * @throws {BergfriedError} `register.invalid` and others; the identity provider is told the sentence
   */
  onChange(change: ScimChange): Promise<void>
}

declare module '../../kernel/http/route.ts' {
  interface RouteDeps {
    /** Where people who are provisioned get settled; where it is missing, SCIM only reads. */
    readonly scim?: ScimDesk | null
  }
}
