import { createContext, type ReactNode, useContext } from 'react'
import { type LiveState, NOTHING, useLive } from '../api/live.ts'
import { number } from '../text/format.ts'
import { useLang, useTexts } from '../text/lang.tsx'
import { SHELL } from '../text/shell.ts'

const LiveContext = createContext<LiveState>(NOTHING)

/** One connection for the whole page. */
export const LiveProvider = ({ children }: { readonly children: ReactNode }) => (
  <LiveContext value={useLive()}>{children}</LiveContext>
)

/** Whether a system is being read just now. */
export const useReading = (system: string): boolean => useContext(LiveContext).collecting.has(system)

/** What is going on: what is being read, how far long work is, whether news still arrive. */
export function LiveLine() {
  const t = useTexts(SHELL)
  const { lang } = useLang()
  const { connected, collecting, progress } = useContext(LiveContext)
  const [system] = collecting
  const [work] = progress.values()
  const told =
    connected === false
      ? t('lost')
      : work !== undefined
        ? `${work.title[lang]}: ${number(work.done, lang)}${work.total === null ? '' : ` / ${number(work.total, lang)}`}`
        : system === undefined
          ? ''
          : collecting.size === 1
            ? t('reading', { system })
            : t('readingMany', { n: number(collecting.size, lang) })
  return (
    <>
      <p className="reading" aria-hidden="true">
        {told}
      </p>
      {/* Read out is only what matters: systems are read every minute. */}
      <p className="sr" role="status">
        {connected === false ? told : ''}
      </p>
      {work?.total && <progress className="work" aria-label={work.title[lang]} value={work.done} max={work.total} />}
    </>
  )
}
