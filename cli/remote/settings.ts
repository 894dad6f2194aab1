import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod'
import type { World } from '../command.ts'
import { wrongUsage } from '../options.ts'

const Settings = z.strictObject({
  /** Address of the server, without a path. */
  server: z.url().max(300),
  /** Sign-in name. */
  person: z.string().min(3).max(200),
  /** Absolute path of the private key, or of its .pub file where an agent holds it. */
  key: z.string().min(1).max(4096),
})
export type ClientSettings = z.infer<typeof Settings>

const folderOf = (world: World): string =>
  join(world.env.variable('XDG_CONFIG_HOME') ?? join(homedir(), '.config'), 'bergfried')
const NAME = 'client.json'

/** Who calls, and where: as `bergfried login` wrote it down. @throws {BergfriedError} `usage.invalid` nobody has yet */
export async function clientSettings(world: World): Promise<ClientSettings> {
  const text = await readFile(join(folderOf(world), NAME), 'utf8').catch(() => null)
  const settings = text === null ? null : Settings.safeParse(jsonOf(text))
  if (settings?.success !== true) {
    throw wrongUsage(
      'Erst anmelden: bergfried login --server https://… --as NAME --key ~/.ssh/id_ed25519',
      'Sign in first: bergfried login --server https://… --as NAME --key ~/.ssh/id_ed25519',
    )
  }
  return settings.data
}

/** @returns path of the file */
export async function writeClientSettings(world: World, settings: ClientSettings): Promise<string> {
  const folder = folderOf(world)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, NAME)
  const file = await open(`${path}.new`, 'w', 0o600)
  try {
    await file.writeFile(`${JSON.stringify(Settings.parse(settings), null, 2)}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${path}.new`, path)
  return path
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
