import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useEffect, useId, useState } from 'react'
import type { WhatIfView } from '../../../capabilities/firewall/contract.ts'
import { get, send } from '../../api/client.ts'
import { FIREWALL } from '../../text/firewall.ts'
import { useTexts } from '../../text/lang.tsx'
import { Field, LongField } from '../../ui/Field.tsx'
import { Pending, Problem } from '../../ui/Notice.tsx'
import { Difference } from './Difference.tsx'

interface Rules {
  readonly text: string
  readonly digest: string
}

/** Between the last key and the question what it would do. */
const TYPED_MS = 150

/** The rules of a host as text, with what every change of them would do, while it is typed. */
export function Editor({ host, onClose }: { readonly host: string; readonly onClose: () => void }) {
  const t = useTexts(FIREWALL)
  const { data, error, refetch } = useQuery({
    queryKey: ['firewall-rules', host],
    queryFn: ({ signal }) => get<Rules>(`/api/firewall/hosts/${host}/rules`, signal),
  })
  return (
    <section>
      <h2>
        {t('change')}: {host}
      </h2>
      {data === undefined ? (
        <Pending error={error} onAgain={() => void refetch()} />
      ) : (
        <Typing key={data.digest} host={host} rules={data.text} onClose={onClose} />
      )}
    </section>
  )
}

function Typing(props: { readonly host: string; readonly rules: string; readonly onClose: () => void }) {
  const { host, onClose } = props
  const t = useTexts(FIREWALL)
  const id = useId()
  const client = useQueryClient()
  const [text, setText] = useState(props.rules)
  const [need, setNeed] = useState('')
  const [seconds, setSeconds] = useState('60')
  const typed = useDelayed(text)
  const what = useQuery({
    queryKey: ['firewall-what-if', host, typed],
    queryFn: () => send<WhatIfView>('POST', '/api/firewall/what-if', { host, rules: typed }),
    enabled: typed !== props.rules && typed.trim() !== '',
    retry: false,
    gcTime: 10_000,
  })
  const save = useMutation({
    mutationFn: () =>
      send('POST', '/api/firewall/changes', { host, rules: text, need, confirmSeconds: Number(seconds) }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['firewall'] })
      onClose()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <form onSubmit={submit}>
      <p className="field">
        <label htmlFor={id}>{t('rules')}</label>
        <textarea id={id} rows={24} spellCheck={false} value={text} onChange={(event) => setText(event.target.value)} />
      </p>
      {what.isFetching && <p className="help">{t('typing')}</p>}
      {what.error !== null && <Problem error={what.error} />}
      {what.data !== undefined && <Outcome view={what.data} />}
      <LongField label={t('need')} value={need} onChange={setNeed} />
      <Field label={t('confirmSeconds')} value={seconds} onChange={setSeconds} inputMode="numeric" maxLength={3} />
      {save.error !== null && <Problem error={save.error} />}
      <p className="actions">
        <button type="submit" className="primary" disabled={save.isPending || text === props.rules}>
          {t('propose')}
        </button>
        <button type="button" onClick={onClose}>
          {t('cancel')}
        </button>
      </p>
    </form>
  )
}

function Outcome({ view: { difference, refused, milliseconds } }: { readonly view: WhatIfView }) {
  const t = useTexts(FIREWALL)
  if (difference === null) return <p role="alert">{t('refusedByKernel', { reason: refused ?? '' })}</p>
  return (
    <>
      <Difference shown={difference} />
      <p className="help">{t('took', milliseconds)}</p>
    </>
  )
}

/** A value once it has not changed for a moment. */
function useDelayed(value: string): string {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), TYPED_MS)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}
