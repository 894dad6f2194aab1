import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { NftListing } from '../../engines/packetspace/same-meaning.ts'
import { codeOf, HostError, problem } from '../errors.ts'
import { mustRun, runProgram } from '../run-program.ts'
import { type Listing, listJson, listRules, loadRules, reachesOut, type Within } from './nft.ts'

const READY_MS = 5000
const ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8', TZ: 'UTC' }
/** Names of interfaces that rules speak of by their index, and that nft looks up when it loads them. */
const BY_INDEX = /\b(?:iif|oif|devices?)\b\s*=?\s*(?:!=\s*)?(\{[^}]*\}|"?[A-Za-z0-9_.@-]{1,15}"?)/g
const NAME = /[A-Za-z][A-Za-z0-9_.-]{0,14}/g

/**
 * Loads a rule set into a network namespace of its own, which is gone afterwards, and lists what the kernel made of it. `nft -c` is not
 * enough: it lets chains through that the kernel refuses, and says nothing of what it would list.
 *
 * @throws {HostError} `refused`: the kernel does not take it; `failed`: no namespace can be made here
 */
export async function rehearse(rules: string): Promise<Listing> {
  needOwn(rules)
  const space = await openNamespace()
  try {
    for (const name of interfacesIn(rules)) await addInterface(space.within, name)
    await loadRules(rules, space.within)
    return await listRules(space.within)
  } finally {
    await space.close()
  }
}

/** Interfaces that have to be there so that nft finds an index for them. */
export function interfacesIn(rules: string): readonly string[] {
  const names = [...rules.matchAll(BY_INDEX)].flatMap(([, of = '']) => of.match(NAME) ?? [])
  return [...new Set(names)].filter((name) => name !== 'lo')
}

/** What other files say was neither typed nor approved; and whoever may propose may not read files by the way. */
function needOwn(rules: string): void {
  if (reachesOut(rules)) throw problem('refused', 'rules', 'include other files', 'binden andere Dateien ein')
}

/** Not every kernel has dummy interfaces, nor pairs of them; one of both nearly all have. */
async function addInterface(within: Within, name: string): Promise<void> {
  const add = [...within.slice(1), 'ip', 'link', 'add', 'name', name, 'type']
  const { status } = await runProgram('nsenter', [...add, 'dummy'])
  if (status !== 0) await mustRun('nsenter', [...add, 'veth'])
}

interface Namespace {
  readonly within: Within
  close(): Promise<void>
}

/** A namespace that is kept, for whoever asks at every key stroke: what was loaded before is flushed each time. */
export class WarmRehearsal {
  #space: Promise<Namespace> | null = null
  readonly #interfaces = new Set<string>()
  #turn: Promise<unknown> = Promise.resolve()

  /**
   * What the kernel makes of a text that is laid out as nft lists it.
   *
   * @throws {HostError} `refused`, `failed`
   */
  read(rules: string): Promise<NftListing> {
    const mine = this.#turn.then(() => this.#read(rules))
    this.#turn = mine.catch(() => undefined)
    return mine
  }

  async close(): Promise<void> {
    await this.#turn
    await (await this.#space?.catch(() => null))?.close()
    this.#space = null
  }

  async #read(rules: string): Promise<NftListing> {
    needOwn(rules)
    try {
      this.#space ??= openNamespace()
      const { within } = await this.#space
      for (const name of interfacesIn(rules)) {
        if (this.#interfaces.has(name)) continue
        await addInterface(within, name)
        this.#interfaces.add(name)
      }
      await loadRules(rules, within)
      return { json: await listJson(within), text: rules }
    } catch (error) {
      if (error instanceof HostError && error.code === 'refused') throw error
      // It may be gone: the next one asks in a new one.
      await (await this.#space?.catch(() => null))?.close()
      this.#space = null
      this.#interfaces.clear()
      throw error
    }
  }
}

async function openNamespace(): Promise<Namespace> {
  // Root needs no namespace of users, and the kernel lets it load larger rule sets at once without one.
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']
  const child = spawn('unshare', [...user, '--net', '--', 'cat'], {
    ...{ cwd: '/', env: ENVIRONMENT, stdio: ['pipe', 'pipe', 'ignore'] },
  })
  const ended = once(child, 'close').catch(() => undefined)
  const close = async (): Promise<void> => {
    child.stdin?.end()
    child.kill('SIGKILL')
    await ended
  }
  try {
    await echoed(child)
  } catch (error) {
    await close()
    throw error
  }
  const enter = [
    'nsenter',
    '--target',
    String(child.pid),
    ...(user.length === 0 ? [] : ['--user', '--preserve-credentials']),
  ]
  return { within: [...enter, '--net', '--'], close }
}

/** The namespace is there once the program inside it answers. */
function echoed(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const none = (why: string): void =>
      reject(problem('failed', 'unshare', `makes no namespace (${why})`, `legt keinen Namensraum an (${why})`))
    const timer = setTimeout(() => none('too slow'), READY_MS)
    const done = (): void => clearTimeout(timer)
    child.once('error', (error) => {
      done()
      none(codeOf(error))
    })
    child.once('exit', (code) => {
      done()
      none(`exit code ${code}`)
    })
    child.stdout?.once('data', () => {
      done()
      resolve()
    })
    child.stdin?.on('error', () => undefined)
    child.stdin?.write('\n')
  })
}
