/** The user handle of a person (WebAuthn Level 3, section 5.4.3): the 16 bytes of the account's number, nothing personal. */
export function handleOf(person: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(person.replaceAll('-', ''), 'hex'))
}

/** Whether a handle, base64url as browsers send it, is that of a person. */
export const isHandleOf = (handle: string, person: string): boolean =>
  handle === Buffer.from(handleOf(person)).toString('base64url')
