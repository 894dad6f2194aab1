import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { LiveEvent } from '../../capabilities/overview/contract-live.ts'

export interface LiveState {
  /** Null while the first attempt is under way. */
  readonly connected: boolean | null
  /** Systems that are being read just now. */
  readonly collecting: ReadonlySet<string>
  readonly progress: ReadonlyMap<string, Extract<LiveEvent, { type: 'progress' }>>
}

export const NOTHING: LiveState = { connected: null, collecting: new Set(), progress: new Map() }
const TYPES = [
  'collecting',
  'collected',
  'judged',
  'states',
  'sealed',
  'access',
  'firewall',
  'keys',
  'bans',
  'progress',
] as const
/** What happens together is fetched together; and a busy house, which says much, does not keep the page busy. */
const SETTLE_MS = 600
const PAUSE_MS = 4000

/** What happens while the page is open; fetched data that it touches is fetched anew. */
export function useLive(): LiveState {
  const client = useQueryClient()
  const [state, setState] = useState(NOTHING)
  useEffect(() => {
    const source = new EventSource('/api/live')
    const settle = settler(client)
    const take = (event: MessageEvent<string>) => {
      const happening = JSON.parse(event.data) as LiveEvent
      setState((known) => after(known, happening))
      settle.touch(happening)
    }
    for (const type of TYPES) source.addEventListener(type, take)
    let lost = false
    source.onopen = () => {
      setState((known) => ({ ...known, connected: true }))
      // What happened meanwhile was told to nobody.
      if (lost) void client.invalidateQueries()
      lost = false
    }
    source.onerror = () => {
      lost = true
      setState({ ...NOTHING, connected: false })
    }
    return () => {
      settle.stop()
      source.close()
    }
  }, [client])
  return state
}

function after(known: LiveState, happening: LiveEvent): LiveState {
  if (happening.type === 'collecting' || happening.type === 'collected') {
    const collecting = new Set(known.collecting)
    if (happening.type === 'collecting') collecting.add(happening.system)
    else collecting.delete(happening.system)
    return { ...known, collecting }
  }
  if (happening.type === 'progress') {
    const progress = new Map(known.progress)
    if (happening.ended) progress.delete(happening.id)
    else progress.set(happening.id, happening)
    return { ...known, progress }
  }
  return known
}

const TOUCHED: Readonly<Record<LiveEvent['type'], readonly string[]>> = {
  collecting: [],
  collected: ['table/systems', 'system'],
  judged: ['policy', 'sentence', 'rows', 'table/findings', 'table/systems', 'finding', 'system'],
  states: ['policy', 'sentence'],
  sealed: ['policy', 'table/evidence'],
  access: ['access', 'person'],
  bans: ['bans'],
  firewall: ['firewall', 'firewall-change'],
  keys: ['keys'],
  progress: [],
}

function settler(client: QueryClient) {
  const waiting = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | null = null
  let rested = true
  const flush = () => {
    for (const key of waiting) void client.invalidateQueries({ queryKey: key.split('/') })
    waiting.clear()
    rested = false
    timer = setTimeout(() => {
      timer = null
      rested = true
      if (waiting.size > 0) flush()
    }, PAUSE_MS)
  }
  return {
    touch: (happening: LiveEvent) => {
      for (const key of TOUCHED[happening.type]) waiting.add(key)
      if (waiting.size > 0 && timer === null && rested) timer = setTimeout(flush, SETTLE_MS)
    },
    stop: () => {
      if (timer !== null) clearTimeout(timer)
    },
  }
}
