import { type ReactNode, useEffect, useId, useRef } from 'react'
import { useTexts } from '../text/lang.tsx'
import { texts } from '../text/text.ts'

const WORDS = texts({ close: { de: 'Schließen', en: 'Close' } })

interface DialogProps {
  readonly title: string
  readonly onClose: () => void
  readonly children: ReactNode
}

/** A dialog over the page: the browser's own, which keeps the focus and gives it back. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const t = useTexts(WORDS)
  const id = useId()
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const shown = dialog.current
    shown?.showModal()
    shown?.querySelector<HTMLElement>('[data-first]')?.focus()
    return () => shown?.close()
  }, [])
  return (
    <dialog ref={dialog} aria-labelledby={id} onCancel={onClose} onClose={onClose}>
      <header>
        <h2 id={id}>{title}</h2>
        <button type="button" className="quiet" onClick={onClose}>
          {t('close')}
        </button>
      </header>
      {children}
    </dialog>
  )
}
