import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import { moment, relative } from '../text/format.ts'
import { useLang } from '../text/lang.tsx'
import { now as clock } from '../text/now.ts'

const NowContext = createContext(0)
const TICK_MS = 10_000

/** One clock for all ages on the page. */
export function NowProvider({ children }: { readonly children: ReactNode }) {
  const [now, setNow] = useState(clock)
  useEffect(() => {
    const timer = setInterval(() => setNow(clock()), TICK_MS)
    return () => clearInterval(timer)
  }, [])
  return <NowContext value={now}>{children}</NowContext>
}

/** How long ago (or until), with the exact time for whoever asks. */
export function Age({ at }: { readonly at: string | null }) {
  const { lang } = useLang()
  // The tick has it drawn anew; the time is that of drawing, or what has just happened would lie ahead.
  useContext(NowContext)
  if (at === null) return <span aria-hidden="true">–</span>
  return (
    <time dateTime={at} title={moment(at, lang)}>
      {relative(at, clock(), lang)}
    </time>
  )
}
