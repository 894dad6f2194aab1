import { both, type Lang, type Step, step } from '../../verifier/result.ts'
import type { ShownChapter, ShownControl, TrustDocument } from '../../verifier/trust-document.ts'
import { marginText, summary } from '../format.ts'
import { STATE_WORDS } from '../words.ts'
import type { PageDocument, PageElement } from './dom.ts'

/**
 * Whether the page that is before the reader's eyes says what the data say that were verified: every sentence, word, number
 * and time of it, and nothing left out or added.
 */
export function pageStep(page: PageDocument, document: TrustDocument, lang: Lang): Step {
  const made = page.querySelector('main')?.dataset['made']
  if (made !== document.generatedAt) {
    return step(
      'page',
      null,
      both(
        'Diese Ansicht ist nicht auf dem Stand der geprüften Daten. Bitte neu laden.',
        'This view is not as new as the data that were verified. Please reload.',
      ),
      both(
        `Ansicht: ${made ?? '–'}. Daten: ${document.generatedAt}.`,
        `View: ${made ?? '–'}. Data: ${document.generatedAt}.`,
      ),
    )
  }
  const { chapters } = document.policy
  const controls = chapters.flatMap((c) => c.controls)
  const found = [
    ...unlike('#summary', page.querySelector('#summary'), summary(controls, lang)),
    ...sections(page, chapters, lang),
    ...ribbon(page, controls),
  ]
  return found.length === 0
    ? step(
        'page',
        true,
        both(
          'Was Sie hier lesen, ist Wort für Wort das Geprüfte.',
          'What you read here is word for word what was verified.',
        ),
      )
    : step(
        'page',
        false,
        both(
          'Die Ansicht zeigt etwas anderes als die geprüften Daten.',
          'The view shows something else than the data that were verified.',
        ),
        both(`Verschieden: ${found.slice(0, 5).join('; ')}.`, `Different: ${found.slice(0, 5).join('; ')}.`),
      )
}

const textOf = (element: PageElement | null): string | null => element?.textContent ?? null

const unlike = (what: string, element: PageElement | null, expected: string): readonly string[] =>
  textOf(element) === expected ? [] : [what]

function sections(page: PageDocument, chapters: readonly ShownChapter[], lang: Lang): readonly string[] {
  const shown = [...page.querySelectorAll('.chapter')]
  if (shown.length !== chapters.length) return ['chapters']
  return chapters.flatMap((chapter, i) => {
    const section = shown[i]
    if (section === undefined) return [chapter.id]
    const items = [...section.querySelectorAll('.claim')]
    return [
      ...unlike(chapter.id, section.querySelector('h2'), chapter.title[lang]),
      ...unlike(`${chapter.id} motto`, section.querySelector('.lead'), chapter.motto[lang]),
      ...(items.length === chapter.controls.length ? [] : [`${chapter.id} number`]),
      ...chapter.controls.flatMap((control, n) => claimDifferences(items[n], control, lang)),
    ]
  })
}

function claimDifferences(item: PageElement | undefined, control: ShownControl, lang: Lang): readonly string[] {
  const { id, state } = control
  if (item === undefined) return [id]
  const time = item.querySelector('time')?.getAttribute('datetime') ?? null
  const drawn = item.querySelector('use')?.getAttribute('href')
  return [
    ...unlike(`${id} id`, item.querySelector('.id'), id),
    ...unlike(`${id} claim`, item.querySelector('p'), control.claim[lang]),
    ...unlike(`${id} state`, item.querySelector('b'), STATE_WORDS[state][lang]),
    ...unlike(`${id} margin`, item.querySelector('.margin span'), marginText(control, lang)),
    ...(time === control.measuredAt ? [] : [`${id} time`]),
    ...(item.dataset['s'] === state && drawn === `#s-${state}` ? [] : [`${id} mark`]),
  ]
}

function ribbon(page: PageDocument, controls: readonly ShownControl[]): readonly string[] {
  const drawn = [...page.querySelectorAll('.ribbon i')].map((tick) => tick.dataset['s'])
  return drawn.join() === controls.map((c) => c.state).join() ? [] : ['ribbon']
}
