import { HostError, problem, textOf } from '../../host/errors.ts'
import type { World } from '../command.ts'

/** Runs something of the host's program as root, and says its errors. */
export async function asHost(world: World, work: () => Promise<number>): Promise<number> {
  try {
    if (process.getuid?.() !== 0) throw problem('unsafe', 'bergfried host', 'needs root', 'braucht root')
    process.umask(0o022)
    return await work()
  } catch (error) {
    if (!(error instanceof HostError)) throw error
    world.note(textOf(error, 'bergfried host')[world.lang])
    return error.code === 'usage' ? 2 : 3
  }
}
