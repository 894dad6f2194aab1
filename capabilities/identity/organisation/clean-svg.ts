/**
 * Elements that only draw. No script, no style sheet, no foreign content, no animation, no picture from elsewhere; no
 * `use` either, a few of which can unfold to millions.
 */
const ELEMENTS = new Set(
  'svg g defs title desc path rect circle ellipse line polyline polygon text tspan clipPath mask linearGradient radialGradient stop'.split(
    ' ',
  ),
)
/** Attributes that only place, shape and paint. */
const ATTRIBUTES = new Set(
  `id viewBox preserveAspectRatio version width height x y x1 y1 x2 y2 cx cy r rx ry fx fy dx dy d points transform
   pathLength offset gradientUnits gradientTransform spreadMethod clipPathUnits maskUnits maskContentUnits
   fill fill-opacity fill-rule clip-path clip-rule mask opacity color stop-color stop-opacity stroke stroke-width
   stroke-opacity stroke-linecap stroke-linejoin stroke-miterlimit stroke-dasharray stroke-dashoffset display visibility
   font-family font-size font-style font-weight text-anchor letter-spacing dominant-baseline textLength`.split(/\s+/),
)
/** Where an address may stand, if it leads to a part of the same drawing. */
const INNER_LINK = /^#[\w.-]{1,100}$/
const OUTWARD = /url\s*\(\s*(?!['"]?#[\w.-]+['"]?\s*\))|javascript:|data:|expression\s*\(|@import|\\/i
const MOST_ELEMENTS = 5000
const MOST_DEPTH = 60
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/**
 * A drawing written anew from the parts that only draw, or null where it cannot be read. What is not in the lists above is
 * left out with everything inside it; entities that a document defines itself are not read at all.
 */
export function cleanSvg(text: string): string | null {
  const source = text.replace(/^\uFEFF/, '')
  if (/<!DOCTYPE[^>]*\[|<!ENTITY/i.test(source)) return null
  const parts = source.matchAll(
    /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!DOCTYPE[^>]*>|<!\[CDATA\[[\s\S]*?\]\]>|<(\/?)([A-Za-z][\w:.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/gy,
  )
  let out = ''
  let end = 0
  let count = 0
  let done = false
  /** Open elements, and whether they are written. */
  const open: { name: string; kept: boolean }[] = []
  for (const part of parts) {
    end += part[0].length
    const [, closing, name, attributes = '', empty, words] = part
    const inside = open.at(-1)
    if (words !== undefined) {
      if (inside === undefined) {
        if (words.trim() !== '') return null
      } else if (inside.kept && /^(title|desc|text|tspan)$/.test(inside.name)) out += escaped(decode(words))
      continue
    }
    if (name === undefined) continue
    if (closing === '/') {
      const opened = open.pop()
      if (opened?.name !== name) return null
      if (opened.kept) out += `</${name}>`
      done ||= open.length === 0
      continue
    }
    if (++count > MOST_ELEMENTS || open.length > MOST_DEPTH || done) return null
    if (inside === undefined && name !== 'svg') return null
    const kept = (inside?.kept ?? true) && ELEMENTS.has(name)
    if (kept)
      out += `<${name}${inside === undefined ? ' xmlns="http://www.w3.org/2000/svg"' : ''}${keep(name, attributes)}`
    if (kept) out += empty === '/' ? '/>' : '>'
    if (empty !== '/') open.push({ name, kept })
    else done ||= inside === undefined
  }
  return end === source.length && open.length === 0 && done ? out : null
}

/** The attributes that stay, written anew. */
function keep(element: string, text: string): string {
  const kept = new Map<string, string>()
  for (const [, name = '', a, b] of text.matchAll(/([\w:.-]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/g)) {
    const value = decode(a ?? b ?? '')
    if (name === 'style') {
      for (const [property, said] of declarations(value)) if (ATTRIBUTES.has(property)) kept.set(property, said)
    } else if (name === 'href' || name === 'xlink:href') {
      if (element.endsWith('Gradient') && INNER_LINK.test(value)) kept.set('href', value)
    } else if (ATTRIBUTES.has(name)) kept.set(name, value)
  }
  return [...kept]
    .filter(([, value]) => value.length <= 60_000 && !OUTWARD.test(value))
    .map(([name, value]) => ` ${name}="${escaped(value)}"`)
    .join('')
}

const declarations = (style: string): [string, string][] =>
  style
    .split(';')
    .map((pair) => pair.split(':').map((word) => word.trim()))
    .flatMap(([property = '', value]) => (value === undefined || value === '' ? [] : [[property, value]]))

/** Only what XML itself knows; anything else stays as it is written and is escaped again. */
function decode(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(lt|gt|amp|quot|apos));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[String(name).toLowerCase()] ?? whole
    const point = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal)
    return point >= 32 && point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff) ? String.fromCodePoint(point) : ''
  })
}

const escaped = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: XML takes none of them
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
