import { addPasskey } from '../routes/add-own-passkey.route.ts'
import { beginLinking } from '../routes/begin-link.route.ts'
import { beginSetupPasskey } from '../routes/begin-link-passkey.route.ts'
import { beginOidcSignIn } from '../routes/begin-oidc.route.ts'
import { beginPasskey } from '../routes/begin-own-passkey.route.ts'
import { beginPasskeySignIn } from '../routes/begin-passkey-sign-in.route.ts'
import { completeSetup } from '../routes/complete-link.route.ts'
import { createAccount } from '../routes/create-account.route.ts'
import { endAccountSession } from '../routes/end-account-session.route.ts'
import { endAccountSessions } from '../routes/end-account-sessions.route.ts'
import { endOidcSignIn } from '../routes/end-oidc.route.ts'
import { endOtherSessions } from '../routes/end-other-sessions.route.ts'
import { endSession } from '../routes/end-own-session.route.ts'
import { getAccount } from '../routes/get-account.route.ts'
import { getLogo } from '../routes/get-logo.route.ts'
import { getOrganisation } from '../routes/get-organisation.route.ts'
import { getSession } from '../routes/get-session.route.ts'
import { inviteAgain } from '../routes/invite-again.route.ts'
import { listAccountSessions } from '../routes/list-account-sessions.route.ts'
import { listAccounts } from '../routes/list-accounts.route.ts'
import { lockAccount } from '../routes/lock-account.route.ts'
import { offerTotp } from '../routes/offer-totp.route.ts'
import { openSetupLink } from '../routes/open-link.route.ts'
import { putOrganisation } from '../routes/put-organisation.route.ts'
import { removePasskey } from '../routes/remove-own-passkey.route.ts'
import { removePassword } from '../routes/remove-password.route.ts'
import { renamePasskey } from '../routes/rename-own-passkey.route.ts'
import { renewRecoveryCodes } from '../routes/renew-recovery-codes.route.ts'
import { putPassword } from '../routes/set-password.route.ts'
import { putProfile } from '../routes/set-profile.route.ts'
import { setRoles } from '../routes/set-roles.route.ts'
import { putTotp } from '../routes/set-totp.route.ts'
import { signInWithPasskey } from '../routes/sign-in-with-passkey.route.ts'
import { signInWithPassword } from '../routes/sign-in-with-password.route.ts'
import { signOut } from '../routes/sign-out.route.ts'
import { removeLinked } from '../routes/unlink.route.ts'
import { unlockAccount } from '../routes/unlock-account.route.ts'

/** All routes of this capability, so that its tests need nothing above it. */
export const IDENTITY_ROUTES = [
  addPasskey,
  beginSetupPasskey,
  beginLinking,
  beginOidcSignIn,
  beginPasskey,
  beginPasskeySignIn,
  completeSetup,
  createAccount,
  endAccountSession,
  endAccountSessions,
  endOidcSignIn,
  endOtherSessions,
  endSession,
  getAccount,
  getLogo,
  getOrganisation,
  getSession,
  inviteAgain,
  listAccountSessions,
  listAccounts,
  lockAccount,
  offerTotp,
  openSetupLink,
  putOrganisation,
  removePasskey,
  removePassword,
  renamePasskey,
  renewRecoveryCodes,
  putPassword,
  putProfile,
  setRoles,
  putTotp,
  signInWithPasskey,
  signInWithPassword,
  signOut,
  removeLinked,
  unlockAccount,
] as const
