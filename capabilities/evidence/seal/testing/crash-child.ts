import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { testCheckpointSigner } from '../../../../kernel/testing/test-signer.ts'
import { type AppendFile, diskFiles, type FileLayer } from '../../log/file-layer.ts'
import { openPosixStore } from '../../log/posix-store.ts'
import { grow } from './crash-scenario.ts'

/** A sealer in a process of its own that kills itself at a step: `crash-child.ts FOLDER STEP COMMITTED`. */
const [folder = '', at = '', committed = ''] = process.argv.slice(2)
let step = 0

const counted = <A extends unknown[], R>(work: (...args: A) => R): ((...args: A) => R) => {
  return (...args) => {
    const mine = step++
    // Every other time after the step, but before anybody learns of it.
    if (mine === Number(at) && mine % 2 === 0) process.kill(process.pid, 'SIGKILL')
    const result = work(...args)
    if (mine === Number(at)) process.kill(process.pid, 'SIGKILL')
    return result
  }
}

const countedFile = (file: AppendFile): AppendFile => ({
  size: file.size,
  write: counted(file.write),
  sync: counted(file.sync),
  truncate: counted(file.truncate),
  close: file.close,
})

// File by file: each is a step.
const { createAll: _, ...stepwise } = diskFiles
const files: FileLayer = {
  ...stepwise,
  openForAppend: async (path) => countedFile(await diskFiles.openForAppend(path)),
  create: counted(diskFiles.create),
  put: counted(diskFiles.put),
  sync: counted(diskFiles.sync),
  syncAll: counted(diskFiles.syncAll),
  claim: counted(diskFiles.claim),
  rename: counted(diskFiles.rename),
  removeFolder: counted(diskFiles.removeFolder),
}

/** What the keeper remembers, beside the log. */
const memory = join(folder, '..', 'keeper.json')
const signer = testCheckpointSigner()
const { sign } = signer
try {
  const { size, root } = JSON.parse(readFileSync(memory, 'utf8')) as { size: number; root: string }
  signer.state = { size, root: Buffer.from(root, 'hex') }
} catch {
  signer.state = null
}
signer.sign = async (growth) => {
  const note = await sign(growth)
  const state = { size: growth.newSize, root: Buffer.from(growth.newRoot).toString('hex') }
  writeFileSync(`${memory}.new`, JSON.stringify(state))
  renameSync(`${memory}.new`, memory)
  return note
}

const world = {
  committed: Number(committed),
  set acknowledged(size: number) {
    process.stdout.write(`${size}\n`)
  },
  get acknowledged() {
    return 0
  },
}
const store = await openPosixStore(folder, { files, settleAfterBytes: 30_000, aheadBytes: 5000 })
await grow(store, signer, world)
await store.close()
process.stdout.write('end\n')
