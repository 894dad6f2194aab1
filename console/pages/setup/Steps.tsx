import { type FormEvent, useEffect, useId, useRef, useState } from 'react'
import type * as z from 'zod'
import type { Completion, OpenedLink } from '../../../capabilities/identity/contract.ts'
import { useLang, useTexts } from '../../text/lang.tsx'
import { SETUP } from '../../text/sign-in.ts'
import { Field } from '../../ui/Field.tsx'
import { Problem } from '../../ui/Notice.tsx'
import { Way } from './Way.tsx'

/** What the steps ask for. */
export interface Persona {
  readonly name: string
  readonly login: string
  readonly organisation: string
  readonly logo: string | null
}

type Method = z.infer<typeof Completion>['method']
interface StepsProps {
  readonly link: z.infer<typeof OpenedLink>
  readonly token: string
  readonly busy: boolean
  readonly error: unknown
  readonly onComplete: (persona: Persona, method: Method) => void
}

const MOST_BYTES = 100_000

/** One calm step after the other; going back loses nothing. */
export function Steps({ link, token, busy, error, onComplete }: StepsProps) {
  const t = useTexts(SETUP)
  const { lang, setLang } = useLang()
  const [at, setAt] = useState(0)
  const [name, setName] = useState(link.name ?? '')
  const [login, setLogin] = useState(link.login ?? '')
  const [organisation, setOrganisation] = useState('')
  const [logo, setLogo] = useState<string | null>(null)
  const names =
    link.kind === 'setup'
      ? (['language', 'you', 'organisation', 'way'] as const)
      : (['language', 'you', 'way'] as const)
  const step = names[at] ?? 'way'
  const heading = useRef<HTMLHeadingElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new step is read from its heading on
  useEffect(() => heading.current?.focus(), [at])
  const next = (event: FormEvent) => {
    event.preventDefault()
    setAt(at + 1)
  }
  return (
    <>
      <p className="help">{t('step', { n: at + 1, total: names.length })}</p>
      <h2 tabIndex={-1} ref={heading}>
        {t(step)}
      </h2>
      {step === 'way' ? (
        <>
          {error !== null && <Problem error={error} />}
          <Way
            token={token}
            name={name}
            login={login}
            totp={link.totp}
            busy={busy}
            onMethod={(method) => onComplete({ name, login, organisation, logo }, method)}
          />
          <p className="actions">
            <button type="button" onClick={() => setAt(at - 1)}>
              {t('back')}
            </button>
          </p>
        </>
      ) : (
        <form onSubmit={next}>
          {step === 'language' && (
            <p className="choices">
              {(['de', 'en'] as const).map((one) => (
                <label key={one} lang={one}>
                  <input type="radio" name="lang" checked={lang === one} onChange={() => setLang(one)} />{' '}
                  {one === 'de' ? 'Deutsch' : 'English'}
                </label>
              ))}
            </p>
          )}
          {step === 'you' && (
            <>
              <Field label={t('name')} value={name} onChange={setName} autoComplete="name" maxLength={200} />
              <Field label={t('login')} value={login} onChange={setLogin} autoComplete="username" maxLength={200} />
            </>
          )}
          {step === 'organisation' && (
            <>
              <Field
                label={t('organisationName')}
                value={organisation}
                onChange={setOrganisation}
                maxLength={120}
                autoComplete="organization"
              />
              <LogoField logo={logo} onChange={setLogo} />
            </>
          )}
          <p className="actions">
            <button type="submit" className="primary">
              {t('next')}
            </button>
            {at > 0 && (
              <button type="button" onClick={() => setAt(at - 1)}>
                {t('back')}
              </button>
            )}
          </p>
        </form>
      )}
    </>
  )
}

/** A picture, read in the browser; the server looks at it again. */
export function LogoField(props: { readonly logo: string | null; readonly onChange: (logo: string | null) => void }) {
  const t = useTexts(SETUP)
  const id = useId()
  const [big, setBig] = useState(false)
  const read = async (file: File | undefined) => {
    setBig(file !== undefined && file.size > MOST_BYTES)
    if (file === undefined || file.size > MOST_BYTES) return props.onChange(null)
    const bytes = new Uint8Array(await file.arrayBuffer())
    const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
    props.onChange(`data:${file.type};base64,${btoa(text)}`)
  }
  return (
    <p className="field">
      <label htmlFor={id}>{t('logo')}</label>
      <input
        id={id}
        type="file"
        accept="image/png,image/webp,image/svg+xml"
        onChange={(event) => void read(event.target.files?.[0])}
      />
      {big && (
        <span className="help" role="alert">
          {t('logoBig')}
        </span>
      )}
      {props.logo !== null && <img className="logo" src={props.logo} alt="" />}
    </p>
  )
}
