import { randomBytes } from 'node:crypto'
import { open, readFile, rename } from 'node:fs/promises'
import * as z from 'zod'

/** Passwords of the database roles, made once per data folder. The file has mode 0600 and never leaves it. */
const Secrets = z.object({
  bf_owner: z.string(),
  bf_collect: z.string(),
  bf_judge: z.string(),
  bf_seal: z.string(),
  bf_publish: z.string(),
  bf_desk: z.string(),
  bf_audit: z.string(),
  bf_identity: z.string(),
  bf_access: z.string(),
  bf_keys: z.string(),
  bf_network: z.string(),
  bf_detect: z.string(),
})
export type RoleSecrets = z.infer<typeof Secrets>
export type Role = keyof RoleSecrets

export const ROLES = Object.keys(Secrets.shape) as readonly Role[]

/** Reads the secrets of a data folder, or makes what is missing. Written whole and synced before use. */
export async function roleSecrets(path: string): Promise<RoleSecrets> {
  const text = await readFile(path, 'utf8').catch(() => null)
  const known = text === null ? {} : Secrets.partial().parse(JSON.parse(text))
  if (ROLES.every((role) => known[role] !== undefined)) return Secrets.parse(known)
  const secrets = Object.fromEntries(ROLES.map((role) => [role, known[role] ?? randomBytes(24).toString('base64url')]))
  const fresh = `${path}.new`
  const file = await open(fresh, 'w', 0o600)
  try {
    await file.writeFile(JSON.stringify(secrets))
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(fresh, path)
  return Secrets.parse(secrets)
}
