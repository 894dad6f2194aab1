import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'

interface MenuProps {
  /** What stands on the button. */
  readonly face: string
  readonly label: string
  readonly children: ReactNode
}

/** A list that opens under a button: Escape, a choice, or going elsewhere closes it. */
export function Menu({ face, label, children }: MenuProps) {
  const id = useId()
  const [open, setOpen] = useState(false)
  const whole = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (!open) return
    const elsewhere = (event: Event) => {
      if (event.target instanceof Node && whole.current?.contains(event.target) !== true) setOpen(false)
    }
    document.addEventListener('pointerdown', elsewhere)
    document.addEventListener('focusin', elsewhere)
    return () => {
      document.removeEventListener('pointerdown', elsewhere)
      document.removeEventListener('focusin', elsewhere)
    }
  }, [open])
  const press = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !open) return
    event.stopPropagation()
    setOpen(false)
    button.current?.focus()
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hears Escape for the button and what it opens
    <div className="menu" ref={whole} onKeyDown={press}>
      <button type="button" ref={button} aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
        {face} <span className="sr">{label}</span>
      </button>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: Enter on a link or button in it is a click too */}
      <ul id={id} hidden={!open} onClick={() => setOpen(false)}>
        {children}
      </ul>
    </div>
  )
}
