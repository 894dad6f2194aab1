import type { StateName } from '../../capabilities/overview/contract.ts'
import { useTexts } from '../text/lang.tsx'
import { STATES } from '../text/states.ts'
import { Mark } from './Mark.tsx'

/** A state: mark and word. */
export function State({ state }: { readonly state: StateName }) {
  const word = useTexts(STATES)
  return (
    <span className="state" data-s={state}>
      <Mark state={state} /> <b>{word(state)}</b>
    </span>
  )
}
