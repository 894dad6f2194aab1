import type { StateName } from '../../capabilities/overview/contract.ts'

const LINE = { fill: 'none', stroke: 'currentColor', strokeWidth: 1.6 } as const

/** A shape for each state, told apart without colour. */
const SHAPES: Readonly<Record<StateName, React.ReactNode>> = {
  ok: <circle cx="8" cy="8" r="6" />,
  alarm: <path d="M8 1 15.5 14.5H.5Z" />,
  error: <path d="M2 2 14 14M14 2 2 14" {...LINE} strokeWidth={2.6} />,
  stale: (
    <>
      <path d="M8 2a6 6 0 1 1-6 6h6Z" />
      <circle cx="8" cy="8" r="6" {...LINE} />
    </>
  ),
  attested: <path d="M2.7 2.7h10.6v10.6H2.7ZM5 8.2 7.2 10.4 11.2 5.8" {...LINE} />,
  excepted: <path d="M8 1.5 14.5 8 8 14.5 1.5 8Z" {...LINE} />,
  unmeasured: <circle cx="8" cy="8" r="5.4" {...LINE} strokeDasharray="2.4 2.2" />,
  info: <path d="M8 1.6v2.6M8 6.4v8" {...LINE} strokeWidth={2.6} />,
  skip: <path d="M3 8h10" {...LINE} strokeWidth={2} />,
}

/** The mark of a state. A word always stands beside it. */
export const Mark = ({ state }: { readonly state: StateName }) => (
  <svg className="mark" data-s={state} viewBox="0 0 16 16" aria-hidden="true">
    {SHAPES[state]}
  </svg>
)
