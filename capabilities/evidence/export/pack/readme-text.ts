import { FOLDER } from './pack-format.ts'

/** README.txt of a pack: how to check it, by hand and with the command, in both languages. */
export const packReadme = (): string => `PRÜFPAKET (bergfried-pack/1)                                      English below

Was darin liegt
  log/checkpoint          der veröffentlichte Stand des Protokolls, unterschrieben und von Zeugen bestätigt
                          (C2SP tlog-checkpoint, tlog-cosignature)
  log/tile/...            die Kacheln des Hash-Baums und die Einträge des Zeitraums, Byte für Byte so, wie das Protokoll sie
                          ausliefert (C2SP tlog-tiles). Kacheln statt eines Beweises je Eintrag: aus ihnen lässt sich der
                          Beweis jedes einzelnen Eintrags bilden, und zusammen sind sie viel kleiner.
  openings/               Inhalt und Salz der Einträge, die die gewählten Zusagen betreffen: was das Protokoll nur
                          verschlossen hält (HMAC-SHA256 des Inhalts mit dem Salz als Schlüssel)
  policy/                 die Richtlinie (ihr SHA-256 steht in den Aussagen des Protokolls) und jede Prüfung mit ihrem SQL
  populations/ART/rows    die Fakten, auf denen die Prüfungen ruhen, mit Beginn und Ende
  populations/ART/periods welche Population die Lesungen im Protokoll genannt haben, von wann bis wann
  findings/rows           die Zeilen der Prüfungen im Zeitraum; findings/changes was jedes Urteil daran geändert hat
  decisions/              Ausnahmen und Bezeugungen
  personal/               nur auf Verlangen: was die Einträge über Personen sagen, im Klartext. Das ist die Auskunft des
                          Betreibers; das Protokoll beweist davon nur den verschlüsselten Text.
  sample/                 nur auf Verlangen: gezogene Einträge, jeder mit Beweis
  digests.sha256          SHA-256 jeder Datei davor
  manifest.json           worum es geht, was gezählt wurde, SHA-256 von digests.sha256

Prüfen mit dem Befehl
  bergfried verify PAKET.tar
  bergfried evidence sample --pack PAKET.tar --seed TEXT --count 25
Den Schlüssel des Protokolls und der Zeugen nicht aus diesem Paket nehmen, sondern vom Betreiber und den Zeugen selbst.

Prüfen von Hand
  1. tar -xf PAKET.tar && cd ${FOLDER} && sha256sum -c digests.sha256 && sha256sum digests.sha256
     Die letzte Zeile steht in manifest.json unter "digests".
  2. log/checkpoint: Unterschriften prüfen (Ed25519, C2SP signed-note); Zeile 2 ist die Größe, Zeile 3 der Wurzel-Hash.
  3. Der Ordner log/ ist ein Protokoll nach tlog-tiles: jeder Leser dafür kann die Einträge daraus beweisen.
     Von Hand: Blatt = SHA-256(0x00 | Eintrag), Knoten = SHA-256(0x01 | links | rechts) (RFC 6962, Abschnitt 2.1).
  4. openings/: der Eintrag an "position" muss lauten {"at":AT,"commitment":HEX,"kind":KIND}, HEX ist
     HMAC-SHA256(Schlüssel = salt, Nachricht = body). Bei "statement" steht body selbst im Eintrag.
  5. populations/: "id" = die ersten 128 Bit von SHA-256(ART | LF | text). Zu einem Zeitpunkt B gilt eine Zeile mit
     validFrom <= B < validTo; SHA-256 über deren sortierte ids ohne Trenner ist "digest" der Lesung mit "began" = B.
  6. findings/changes: die "line" eines Eintrags, mit LF verbunden, ergeben mit SHA-256 dessen "digest".

Was das Paket beweist, und was nicht: siehe "What it proves" unten.

----------------------------------------------------------------------------------------------------------------------
AUDITOR'S PACK (bergfried-pack/1)

What is in it
  log/checkpoint          the published state of the log, signed and confirmed by witnesses
                          (C2SP tlog-checkpoint, tlog-cosignature)
  log/tile/...            tiles of the hash tree and the entries of the window, byte for byte as the log serves them
                          (C2SP tlog-tiles). Tiles rather than a proof per entry: the proof of any entry can be made from
                          them, and together they are far smaller.
  openings/               body and salt of the entries that concern the chosen controls: what the log holds a commitment
                          to (HMAC-SHA256 of the body under the salt)
  policy/                 the policy (its SHA-256 is in the log's statements) and each check with its SQL
  populations/KIND/rows   the facts on which the checks rest, with beginning and end
  populations/KIND/periods  which population the collections in the log stated, from when to when
  findings/rows           the rows of the checks in the window; findings/changes what each judgement changed of them
  decisions/              exceptions and attestations
  personal/               on request only: what entries say of people, in clear. This is the operator's word; the log proves
                          only the encrypted text.
  sample/                 on request only: drawn entries, each with its proof
  digests.sha256          SHA-256 of every file before it
  manifest.json           what it is about, what was counted, SHA-256 of digests.sha256

To check with the command
  bergfried verify PACK.tar
  bergfried evidence sample --pack PACK.tar --seed TEXT --count 25
Do not take the keys of the log and of the witnesses from this pack, but from the operator and from the witnesses.

To check by hand
  1. tar -xf PACK.tar && cd ${FOLDER} && sha256sum -c digests.sha256 && sha256sum digests.sha256
     The last line is "digests" in manifest.json.
  2. log/checkpoint: check the signatures (Ed25519, C2SP signed-note); line 2 is the size, line 3 the root hash.
  3. The folder log/ is a log by tlog-tiles: any reader of those can prove the entries from it.
     By hand: leaf = SHA-256(0x00 | entry), node = SHA-256(0x01 | left | right) (RFC 6962, section 2.1).
  4. openings/: the entry at "position" must read {"at":AT,"commitment":HEX,"kind":KIND}, HEX being
     HMAC-SHA256(key = salt, message = body). For "statement" the body itself is in the entry.
  5. populations/: "id" = the first 128 bits of SHA-256(KIND | LF | text). At an instant B a row holds whose
     validFrom <= B < validTo; SHA-256 of their sorted ids without separator is "digest" of the collection with "began" = B.
  6. findings/changes: the "line" values of an entry, joined by LF, give its "digest" under SHA-256.

What it proves: that these entries were in the log when the witnesses confirmed this checkpoint, in this order, and that
bodies, facts and rows are those that were committed to then. What it does not prove: that what was measured was
true at the source; that an entry which is not opened does not concern the chosen controls (ask for a pack about all
controls, then every entry of the window is opened); and nothing about what was never measured.

Was es beweist: dass diese Einträge im Protokoll standen, als die Zeugen diesen Stand bestätigten, in dieser Reihenfolge, und
dass Inhalte, Fakten und Zeilen die sind, auf die man sich damals festgelegt hat. Was es nicht beweist: dass an der Quelle
stimmte, was gemessen wurde; dass ein nicht geöffneter Eintrag die gewählten Zusagen nicht betrifft (dafür ein Paket über
alle Zusagen verlangen, dann ist jeder Eintrag geöffnet); und nichts über das, was nie gemessen wurde.
`
