import { join } from 'node:path'
import type { FrontFiles } from '../kernel/http/front-files.ts'
import { frontFiles } from './console/front-files.ts'

/**
 * The console's files, built beside everything else that starts: whoever asks before waits. A build that fails is told
 * once, and the rest of the product works without it.
 *
 * @param folder - the data folder
 */
export function openFront(folder: string, onDefect: (where: string, error: unknown) => void) {
  // Loaded here, so that whatever is wrong with the console's sources leaves the rest working.
  const ready: Promise<FrontFiles | null> = import('./console/build.ts')
    .then(({ builtConsole }) => builtConsole(join(folder, 'console')))
    .then(frontFiles)
    .catch((error: unknown) => {
      onDefect('console', error)
      return null
    })
  return { front: () => ready }
}
