import type { AccessView } from '../../capabilities/access/contract.ts'
import { PasskeyCancelled } from './passkey.ts'

const encoded = (bytes: ArrayBuffer): string =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')

const decoded = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0))

/**
 * Signs a text with an own passkey: its SHA-256 is the challenge, so that whoever verifies needs the text and nothing of
 * this server (WebAuthn Level 3, section 7.2).
 *
 * @throws {PasskeyCancelled}
 */
export async function signText(text: string, { rpId, ids }: AccessView['credentials']) {
  const challenge = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  const credential = await navigator.credentials
    .get({
      publicKey: {
        challenge,
        rpId,
        allowCredentials: ids.map((id) => ({ type: 'public-key', id: decoded(id) })),
        userVerification: 'required',
      },
    })
    .catch((error: unknown) => {
      throw new PasskeyCancelled(error instanceof Error ? error.message : '')
    })
  if (!(credential instanceof PublicKeyCredential)) throw new PasskeyCancelled()
  const { authenticatorData, clientDataJSON, signature } = credential.response as AuthenticatorAssertionResponse
  return {
    clientData: encoded(clientDataJSON),
    authenticatorData: encoded(authenticatorData),
    signature: encoded(signature),
  }
}
