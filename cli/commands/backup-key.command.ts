import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { makeIdentity } from '../../engines/age/x25519.ts'
import { defineCommand } from '../command.ts'
import { wrongUsage } from '../options.ts'

/** `bergfried backup key FILE`: makes a key pair; the secret half goes into a new file, the other is printed. */
export const backupKey = defineCommand({
  name: 'backup key',
  summary: {
    de: 'macht ein Schlüsselpaar für Sicherungen: der geheime Teil in eine neue Datei, der Empfänger auf den Schirm',
    en: 'makes a pair of keys for backups: the secret half into a new file, the recipient onto the screen',
  },
  args: [{ name: 'FILE', help: { de: 'neue Datei, Modus 0600', en: 'a new file, mode 0600' } }],
  run: async (world, { args }) => {
    const path = resolve(world.cwd, args[0] ?? '')
    const { identity, secret } = makeIdentity()
    // Never over something that is there: it may be the only key of old backups.
    const file = await open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
      throw wrongUsage(`${path}: ${error.code}. Eine neue Datei nennen.`, `${path}: ${error.code}. Name a new file.`)
    })
    try {
      await file.writeFile(`# ${identity.recipient.name}\n${secret}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
    world.out(identity.recipient.name)
    world.note(
      world.lang === 'de'
        ? `Der geheime Teil liegt in ${path}. Ohne ihn öffnet niemand die Sicherungen: eine Abschrift anderswo verwahren.`
        : `The secret half is in ${path}. Without it nobody opens the backups: keep a copy elsewhere.`,
    )
    return 0
  },
})
