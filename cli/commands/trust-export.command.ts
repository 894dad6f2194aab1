import { resolve } from 'node:path'
import { copyTrustPage } from '../../app/trust-copy.ts'
import { defineCommand } from '../command.ts'
import { CONFIG_OPTION, withHouse } from '../house.ts'

/** `bergfried trust export DIR`: the trust page as files for any web server. */
export const trustExport = defineCommand({
  name: 'trust export',
  summary: {
    de: 'schreibt die Trust-Seite als Dateien für einen beliebigen Webserver',
    en: 'writes the trust page as files for any web server',
  },
  args: [
    {
      name: 'DIR',
      help: { de: 'neuer, leerer oder früher so geschriebener Ordner', en: 'new, empty, or written like this before' },
    },
  ],
  options: {
    ...CONFIG_OPTION,
    'with-log': {
      type: 'boolean',
      help: {
        de: 'auch das Protokoll, damit die Prüfung im Browser dort geht',
        en: 'the log, too, so that the check in the browser works there',
      },
    },
  },
  async run(world, { args, options }) {
    const folder = resolve(world.cwd, args[0] ?? '.')
    return withHouse(world, options['config'] as string | undefined, async (house) => {
      const site = await copyTrustPage(house, world.env, folder, { withLog: options['with-log'] === true })
      world.out(folder)
      world.note(
        world.lang === 'de'
          ? `${site.files} Dateien, ${site.bytes} Bytes; gültig bis ${site.validUntil ?? '– (nichts versiegelt)'}. Danach zeigt nur die laufende Seite, was gilt: den Befehl also mindestens halbstündlich ausführen.`
          : `${site.files} files, ${site.bytes} bytes; valid until ${site.validUntil ?? '– (nothing sealed)'}. After that only the live page shows what holds: run this at least every half hour.`,
      )
      return site.validUntil === null ? 3 : 0
    })
  },
})
