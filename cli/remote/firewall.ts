import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { ChangeView, DifferenceView } from '../../capabilities/firewall/contract.ts'
import type { World } from '../command.ts'
import { wrongUsage } from '../options.ts'

/** The text of a file with rules and what a call says of it. @throws {BergfriedError} `usage.invalid` */
export async function rulesFrom(
  world: World,
  path: string,
): Promise<{ readonly rules: string; readonly digest: string }> {
  const rules = await readFile(resolve(world.cwd, path), 'utf8').catch(() => {
    throw wrongUsage(`${path} ist nicht lesbar`, `${path} cannot be read`)
  })
  return { rules, digest: createHash('sha256').update(rules).digest('hex') }
}

/** What a change does to packets, line by line. */
export function differenceLines(
  { verdict, hooks, besides, blindSpots }: DifferenceView,
  lang: 'de' | 'en',
): readonly string[] {
  const words =
    lang === 'de'
      ? {
          opened: 'lässt zu',
          closed: 'sperrt',
          because: 'hängt ab von',
          more: 'und mehr',
          besides: 'außerdem',
          blind: 'nicht beurteilt',
        }
      : {
          opened: 'opens',
          closed: 'closes',
          because: 'depends on',
          more: 'and more',
          besides: 'besides',
          blind: 'not judged',
        }
  return [
    verdict,
    ...hooks.flatMap(({ family, hook, opened, closed, complete, because }) => [
      ...opened.map((box) => `+ ${family} ${hook} ${words.opened}: ${box}`),
      ...closed.map((box) => `- ${family} ${hook} ${words.closed}: ${box}`),
      ...because.map((match) => `? ${family} ${hook} ${words.because}: ${match}`),
      ...(complete ? [] : [`  ${words.more}`]),
    ]),
    ...besides.map(({ place }) => `~ ${words.besides}: ${place}`),
    ...blindSpots.map((spot) => `! ${words.blind}: ${spot}`),
  ]
}

const STATES: Readonly<Record<ChangeView['state'], readonly [string, string]>> = {
  proposed: ['vorgeschlagen', 'proposed'],
  approved: ['freigegeben', 'approved'],
  sent: ['gesendet', 'sent'],
  applied: ['geladen, wartet auf Bestätigung', 'loaded, waits to be confirmed'],
  confirmed: ['bestätigt', 'confirmed'],
  rolled_back: ['zurückgenommen', 'taken back'],
  refused: ['abgelehnt', 'refused'],
  withdrawn: ['zurückgezogen', 'withdrawn'],
}

export const stateWord = (state: ChangeView['state'], lang: 'de' | 'en'): string => STATES[state][lang === 'de' ? 0 : 1]
