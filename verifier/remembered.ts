import type { Remembered } from './result.ts'
import { list, object, parseJson, type Reader, string, whole } from './shape.ts'
import { quorum, verifierKeyText } from './trust-document.ts'

/** What is kept of a log, as it is written down. */
export const rememberedShape: Reader<Remembered> = object({
  verifierKey: verifierKeyText,
  witnesses: list(verifierKeyText, 100),
  quorum,
  size: whole(),
  root: string(44, /^[A-Za-z0-9+/]{43}=$/),
})

/** @throws {Refuted} */
export const parseRemembered = (text: string): Remembered =>
  rememberedShape(parseJson(text, 1024 * 1024, 'remembered'), 'remembered')
