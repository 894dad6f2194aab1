// Makes files on a thread of its own. Making a file takes a file system longer than hashing what is in it, and through the
// usual asynchronous calls each of its three steps waits until the main thread has a moment.
import { writeFileSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import type { WriteOrder, Written } from './write-files.ts'

parentPort?.on('message', ({ id, files, mode }: WriteOrder) => {
  let failure: Written['failure'] = null
  for (const { path, bytes } of files) {
    try {
      writeFileSync(path, bytes, { mode })
    } catch (error) {
      failure ??= { code: (error as NodeJS.ErrnoException).code ?? 'EIO', path }
    }
  }
  parentPort?.postMessage({ id, failure } satisfies Written)
})
