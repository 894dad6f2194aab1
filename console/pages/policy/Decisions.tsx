import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { SentenceView } from '../../../capabilities/overview/contract.ts'
import { send } from '../../api/client.ts'
import { day } from '../../text/format.ts'
import { useLang, useTexts } from '../../text/lang.tsx'
import { SENTENCE } from '../../text/policy.ts'
import { Problem } from '../../ui/Notice.tsx'
import { AttestForm } from './AttestForm.tsx'
import { ExceptForm } from './ExceptForm.tsx'

interface DecisionsProps {
  readonly view: SentenceView
  readonly may: boolean
}

/** What people vouch for here, and since when. */
export function Attestations({ view, may }: DecisionsProps) {
  const t = useTexts(SENTENCE)
  const { lang } = useLang()
  const [asked, setAsked] = useState<string | null>(null)
  return (
    <section>
      <h3>{t('attestations')}</h3>
      {view.attestations.length === 0 && <p>{t('none')}</p>}
      <ul className="plain">
        {view.attestations.map((a) => (
          <li key={a.id}>
            {a.title[lang]} · <b>{t(a.standing)}</b>
            {a.newest !== null && <> · {t('attestedBy', { ...a.newest, until: day(a.newest.until, lang) })}</>}{' '}
            {may && (
              <button type="button" className="link" onClick={() => setAsked(a.id)}>
                {t('attest')}
              </button>
            )}
          </li>
        ))}
      </ul>
      {asked !== null && <AttestForm control={view.line.id} attestation={asked} onClose={() => setAsked(null)} />}
    </section>
  )
}

/** Deviations that somebody accepted for a time. They never hide a finding. */
export function Exceptions({ view, may }: DecisionsProps) {
  const t = useTexts(SENTENCE)
  const { lang } = useLang()
  const client = useQueryClient()
  const [asked, setAsked] = useState(false)
  const end = useMutation({
    mutationFn: (id: number) => send('POST', `/api/exceptions/${id}/end`),
    onSuccess: () => client.invalidateQueries(),
  })
  return (
    <section>
      <h3>{t('exceptions')}</h3>
      {view.exceptions.length === 0 && <p>{t('none')}</p>}
      <ul className="plain">
        {view.exceptions.map((e) => (
          <li key={e.id}>
            <code>
              {e.system ?? t('everywhere')}
              {e.resource === null ? '' : ` / ${e.resource}`}
            </code>{' '}
            {t('exceptionOf', { owner: e.owner, reason: e.reason, until: day(e.until, lang) })}{' '}
            {may && (
              <button type="button" className="link" disabled={end.isPending} onClick={() => end.mutate(e.id)}>
                {t('end')}
              </button>
            )}
          </li>
        ))}
      </ul>
      {end.error !== null && <Problem error={end.error} />}
      {may && view.checks.length > 0 && (
        <button type="button" onClick={() => setAsked(true)}>
          {t('except')}
        </button>
      )}
      {asked && <ExceptForm view={view} onClose={() => setAsked(false)} />}
    </section>
  )
}
