import { tokenDigest } from '../crypto/token.ts'

/** What a ceremony of a link belongs to: the link's digest, so that no token is stored. */
export const boundToLink = (token: string): string => `link ${tokenDigest(token).toString('hex')}`
