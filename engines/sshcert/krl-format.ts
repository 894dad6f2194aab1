/** "SSHKRL\n\0" (PROTOCOL.krl section 1). */
export const KRL_MAGIC = Uint8Array.of(0x53, 0x53, 0x48, 0x4b, 0x52, 0x4c, 0x0a, 0x00)
export const KRL_FORMAT = 1

/** Types of sections, and of sections within that of certificates. */
export const SECTION = {
  certificates: 1,
  explicitKey: 2,
  sha1: 3,
  signature: 4,
  sha256: 5,
  serialList: 0x20,
  serialRange: 0x21,
  serialBitmap: 0x22,
  keyId: 0x23,
} as const

/** Sections of fingerprints: their place in a list, and bytes of a digest. */
export const FINGERPRINT_SECTIONS = [
  { section: SECTION.sha1, name: 'sha1', length: 20 },
  { section: SECTION.sha256, name: 'sha256', length: 32 },
] as const

/** Largest list that is written and read: 4 million serials one by one. */
export const MOST_KRL_BYTES = 33_554_432
export const MOST_COMMENT_BYTES = 4096
export const MOST_KEY_ID_BYTES = 1024
/** OpenSSH 9.2 reads no number of more: a bitmap over 16,384 serials. */
export const MOST_BITMAP_BYTES = 2048
