import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { send } from '../../api/client.ts'
import { sessionQuery } from '../../api/session.ts'
import { ACCOUNT } from '../../text/account.ts'
import { useLang, useTexts } from '../../text/lang.tsx'
import type { Lang } from '../../text/text.ts'
import { ActProblem } from '../../ui/Act.tsx'
import { Choice, Field } from '../../ui/Field.tsx'

/** The own name, and the language in which this account is spoken to. */
export function ProfileForm() {
  const t = useTexts(ACCOUNT)
  const client = useQueryClient()
  const { lang, setLang } = useLang()
  const { data: session } = useSuspenseQuery(sessionQuery)
  const [name, setName] = useState(session?.person.name ?? '')
  const [language, setLanguage] = useState<Lang>(session?.person.language ?? lang)
  const save = useMutation({
    mutationFn: () => send('PUT', '/api/me', { name, language }),
    onSuccess: async () => {
      setLang(language)
      await client.invalidateQueries({ queryKey: sessionQuery.queryKey })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <form onSubmit={submit}>
      <Field label={t('name')} value={name} onChange={setName} autoComplete="name" maxLength={200} />
      <Choice label={t('language')} value={language} onChange={(value) => setLanguage(value === 'en' ? 'en' : 'de')}>
        <option value="de">Deutsch</option>
        <option value="en">English</option>
      </Choice>
      <ActProblem error={save.error} />
      <p className="actions">
        <button type="submit" disabled={save.isPending}>
          {t('save')}
        </button>{' '}
        <span role="status">{save.isSuccess && t('saved')}</span>
      </p>
    </form>
  )
}
