import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { LiveEvent } from '../../capabilities/overview/contract-live.ts'

export interface LiveState {
  readonly connected: boolean
  /** Systems that are being read just now. */
  readonly collecting: ReadonlySet<string>
  readonly progress: ReadonlyMap<string, Extract<LiveEvent, { type: 'progress' }>>
}

const NOTHING: LiveState = { connected: false, collecting: new Set(), progress: new Map() }
const TYPES = ['collecting', 'collected', 'judged', 'states', 'sealed', 'progress'] as const
/** A busy house says much; the page fetches anew at most so often. */
const SETTLE_MS = 800

/** What happens while the page is open; fetched data that it touches is fetched anew. */
export function useLive(enabled: boolean): LiveState {
  const client = useQueryClient()
  const [state, setState] = useState(NOTHING)
  useEffect(() => {
    if (!enabled) return
    const source = new EventSource('/api/live')
    const settle = settler(client)
    const take = (event: MessageEvent<string>) => {
      const happening = JSON.parse(event.data) as LiveEvent
      setState((known) => after(known, happening))
      settle.touch(happening)
    }
    for (const type of TYPES) source.addEventListener(type, take)
    source.onopen = () => setState((known) => ({ ...known, connected: true }))
    source.onerror = () => setState((known) => ({ ...known, connected: false }))
    return () => {
      settle.stop()
      source.close()
    }
  }, [client, enabled])
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
  collected: ['systems', 'system'],
  judged: ['policy', 'sentence', 'rows', 'table', 'finding'],
  states: ['policy', 'sentence'],
  sealed: ['policy', 'evidence'],
  progress: [],
}

function settler(client: QueryClient) {
  const waiting = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | null = null
  return {
    touch: (happening: LiveEvent) => {
      for (const key of TOUCHED[happening.type]) waiting.add(key)
      if (waiting.size === 0 || timer !== null) return
      timer = setTimeout(() => {
        timer = null
        for (const key of waiting) void client.invalidateQueries({ queryKey: [key] })
        waiting.clear()
      }, SETTLE_MS)
    },
    stop: () => {
      if (timer !== null) clearTimeout(timer)
    },
  }
}
