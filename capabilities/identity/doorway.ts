import type { StagePool } from '../../kernel/db/database.ts'
import type { RouteDeps } from '../../kernel/http/route.ts'
import type { SignIn } from '../../kernel/http/sign-in.ts'

/** What whoever signs people in works with, at one moment. */
export interface Doorway {
  /** The stage `bf_identity`. */
  readonly stage: StagePool
  readonly signIn: SignIn
  /** `signIn.key` */
  readonly key: Buffer
  readonly now: Date
}

export const doorwayOf = ({ database, clock, signIn }: Pick<RouteDeps, 'database' | 'clock' | 'signIn'>): Doorway => ({
  stage: database.stage('bf_identity'),
  signIn,
  key: signIn.key,
  now: clock.now(),
})
