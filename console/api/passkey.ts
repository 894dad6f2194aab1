import {
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
} from '@simplewebauthn/browser'
import { send } from './client.ts'

interface Begun<O> {
  readonly ceremony: string
  readonly options: O
}

/** The person did not go through with it, or the device refused. */
export class PasskeyCancelled extends Error {}

async function asked<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Error && !('status' in error)) throw new PasskeyCancelled(error.message)
    throw error
  }
}

/** Makes a passkey. @returns what the server wants to see */
export async function newPasskey(path: string, body?: unknown) {
  const { ceremony, options } = await send<Begun<PublicKeyCredentialCreationOptionsJSON>>('POST', path, body ?? {})
  const credential = await asked(() => startRegistration({ optionsJSON: options }))
  return { ceremony, credential }
}

/** Signs in with a passkey. */
export async function signInWithPasskey(): Promise<void> {
  const { ceremony, options } = await send<Begun<PublicKeyCredentialRequestOptionsJSON>>(
    'POST',
    '/api/sign-in/passkey/options',
    {},
  )
  const credential = await asked(() => startAuthentication({ optionsJSON: options }))
  await send('POST', '/api/sign-in/passkey', { ceremony, credential })
}
