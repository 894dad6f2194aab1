import { useTexts } from '../text/lang.tsx'
import { LETTERS, STATES } from '../text/states.ts'
import { texts } from '../text/text.ts'

const WORDS = texts({
  label: { de: 'Die letzten 90 Tage: {told}', en: 'The last 90 days: {told}' },
  days: { de: '{n} Tage {state}', en: '{n} days {state}' },
  day: { de: '1 Tag {state}', en: '1 day {state}' },
})

/** 90 days as a strip, the worst state of each; told in words to whoever cannot see it. */
export function History({ letters }: { readonly letters: string }) {
  const t = useTexts(WORDS)
  const word = useTexts(STATES)
  const counts = new Map<string, number>()
  for (const letter of letters) counts.set(letter, (counts.get(letter) ?? 0) + 1)
  const told = [...counts].map(([letter, n]) =>
    t(n === 1 ? 'day' : 'days', { n, state: word(LETTERS[letter] ?? 'none') }),
  )
  return (
    <span className="history" role="img" aria-label={t('label', { told: told.join(', ') })}>
      {[...letters].map((letter, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a day is its place
        <u key={i} data-s={LETTERS[letter] ?? 'none'} />
      ))}
    </span>
  )
}
