/** Bytes of a body: a credential of a passkey is the longest thing that is sent here. */
export const SMALL_BODY = 64 * 1024
/** With a logo of 100 kB in base64 besides. */
export const LOGO_BODY = 256 * 1024
