import type { FirewallDesk, HostProblem } from '../../kernel/act/firewall-desk.ts'

const MOST_PROBLEMS = 10

export interface FirewallInput
  extends Pick<FirewallDesk, 'keeper' | 'rehearse' | 'rehearseAgain' | 'connects' | 'sameMeaning'> {
  /** Told when anything moved, for open pages. */
  readonly onMoved: () => void
}

/** What routes and hosts work with: the given, and hosts that wait for news. */
export function startFirewall({ onMoved, ...given }: FirewallInput): FirewallDesk {
  const problems = new Map<string, readonly HostProblem[]>()
  const waiting = new Map<string, Set<() => void>>()
  const open = new Map<string, { readonly grants: ReadonlySet<string>; readonly reports: number }>()
  return {
    ...given,
    sawOpen: (host, grants) => {
      open.set(host, { grants: new Set(grants), reports: (open.get(host)?.reports ?? 0) + 1 })
    },
    openOn: (host) => open.get(host) ?? null,
    sawProblems: (host, fresh) => {
      const known = (problems.get(host) ?? []).filter((one) => !fresh.some(({ en }) => en === one.en))
      problems.set(host, [...fresh, ...known].slice(0, MOST_PROBLEMS))
    },
    problemsOf: (host) => problems.get(host) ?? [],
    news: (host, signal, mostMs) =>
      new Promise((resolve) => {
        const all = waiting.get(host) ?? new Set()
        waiting.set(host, all)
        const timer = setTimeout(done, mostMs)
        function done(): void {
          clearTimeout(timer)
          signal.removeEventListener('abort', done)
          all.delete(done)
          resolve()
        }
        all.add(done)
        signal.addEventListener('abort', done, { once: true })
        if (signal.aborted) done()
      }),
    moved: (host) => {
      for (const wake of [...(waiting.get(host) ?? [])]) wake()
      onMoved()
    },
  }
}
