import { type ReactNode, useId } from 'react'

interface FieldProps {
  readonly label: string
  readonly help?: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly type?: 'text' | 'email' | 'password' | 'date'
  readonly required?: boolean
  readonly autoComplete?: string
  readonly maxLength?: number
  readonly inputMode?: 'numeric' | 'text'
  readonly autoFocus?: boolean
}

/** A labelled field; what helps stands below it and is read with it. */
export function Field({ label, help, value, onChange, type = 'text', required = true, ...rest }: FieldProps) {
  const id = useId()
  return (
    <p className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type={type}
        value={value}
        required={required}
        aria-describedby={help === undefined ? undefined : `${id}-help`}
        onChange={(event) => onChange(event.target.value)}
        {...rest}
      />
      {help !== undefined && (
        <span className="help" id={`${id}-help`}>
          {help}
        </span>
      )}
    </p>
  )
}

interface ChoiceProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly children: ReactNode
}

/** A labelled choice of one. */
export function Choice({ label, value, onChange, children }: ChoiceProps) {
  const id = useId()
  return (
    <p className="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.target.value)}>
        {children}
      </select>
    </p>
  )
}

/** A labelled text of several lines. */
export function LongField(props: {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly required?: boolean
}) {
  const id = useId()
  return (
    <p className="field">
      <label htmlFor={id}>{props.label}</label>
      <textarea
        id={id}
        rows={3}
        maxLength={2000}
        value={props.value}
        required={props.required ?? true}
        onChange={(event) => props.onChange(event.target.value)}
      />
    </p>
  )
}
