import type { MaskFacts, MaskReading } from '#shared/contracts/label-maps.ts'
import type { ImportRequest } from '#shared/contracts/project.ts'
import { AppError } from '#shared/errors.ts'
import { say } from '#shared/i18n/say.ts'
import { countedColors, hex, type CountedColor, mainColors } from './mask-colors.ts'

/** How all masks of an import are read. `names` gives the class of each label, 1 = the first. */
export interface MaskRule {
  readonly reading: MaskReading
  readonly names: readonly string[]
  /** What was understood, in a sentence. */
  readonly note: string
}

export interface MaskRuleOptions {
  readonly kind: ImportRequest['maskKind']
  readonly colors: ImportRequest['colors']
  /** The project's classes in their order. */
  readonly classes: readonly { readonly name: string; readonly color: string }[]
  /** Spells a class as the project does. */
  readonly named: (name: string) => string
}

/** Distance in RGB up to which a pixel may be from a class colour. */
const TOLERANCE = 64
/** In label maps of collections: pixels that belong to no class (VOC's void). */
const VOID = 255

/**
 * What the numbers of mask pictures mean, told from what all of them hold together:
 * - one value beside 0: the first class, each connected area an object;
 * - numbers up to the number of classes: the place of the class (1 = the first); 255 beside them is nobody's;
 * - one number an object, where the numbers lie in one piece each: objects of the first class;
 * - as many grey levels as classes, or fewer: classes in ascending order; soft edges go to the nearer level;
 * - colours: those of the project's classes, or a single one: the first class.
 * `kind` and `colors` settle it where the person knows.
 *
 * @throws AppError `mask-kind-unclear` with what the masks hold, or `bad-colors`.
 */
export function maskRuleOf(facts: readonly MaskFacts[], options: MaskRuleOptions): MaskRule {
  if (options.colors !== null) return givenColors(facts, options.colors, options)
  switch (options.kind) {
    case 'index':
      return indexRule(facts, options)
    case 'instances':
      return instancesRule(options)
    case 'colors':
      return colorRule(facts, options)
    case 'auto':
      return facts.some(({ kind }) => kind === 'colour') ? colorRule(facts, options) : guessed(facts, options)
  }
}

interface Level {
  readonly value: number
  readonly pixels: number
  /** Masks that hold it, and its connected areas in all of them. */
  readonly masks: number
  readonly parts: number
}

/** Values other than 0 of all masks together, ascending. */
function levelsOf(facts: readonly MaskFacts[]): Level[] {
  const levels = new Map<number, { value: number; pixels: number; masks: number; parts: number }>()
  for (const { values } of facts)
    for (const { value, pixels, parts } of values) {
      if (value === 0) continue
      const level = levels.get(value) ?? { value, pixels: 0, masks: 0, parts: 0 }
      levels.set(value, { value, pixels: level.pixels + pixels, masks: level.masks + 1, parts: level.parts + (parts ?? 1) })
    }
  return [...levels.values()].sort((a, b) => a.value - b.value)
}

function guessed(facts: readonly MaskFacts[], options: MaskRuleOptions): MaskRule {
  const { classes } = options
  const levels = levelsOf(facts)
  const palette = facts.some(({ kind }) => kind === 'palette')
  const [only] = levels
  if (levels.length <= 1 && !palette) return singleRule(only?.value ?? 1, options)
  const largest = levels.filter(({ value }) => value !== VOID).at(-1)?.value ?? 0
  const wide = facts.some(({ bitDepth }) => bitDepth !== 8)
  if (largest > 0 && largest <= classes.length && !(wide && inPieces(levels))) return indexRule(facts, options)
  if (palette) return colorRule(facts, options)
  const gapless = levels.at(-1)!.value <= 2 * levels.length
  if (wide || (gapless && inPieces(levels) && levels.length > classes.length)) return instancesRule(options)
  return levelRule(facts, levels, options)
}

/** Whether nearly every number lies in one piece, and in more than specks: one number an object. Edges between levels do not. */
function inPieces(levels: readonly Level[]): boolean {
  const sum = (pick: (level: Level) => number): number => levels.reduce((total, level) => total + pick(level), 0)
  const masks = sum((level) => level.masks)
  return sum(({ parts }) => parts) <= 1.5 * masks && sum(({ pixels }) => pixels) >= 10 * masks
}

function singleRule(value: number, { classes }: MaskRuleOptions): MaskRule {
  const name = classes[0]?.name ?? 'object'
  const values = [
    { value: 0, label: 0 },
    { value, label: 1 },
  ]
  return {
    reading: { kind: 'values', values },
    names: [name],
    note: say('Masks of one value, {{value}}: each connected area is one {{name}}.', { value: String(value), name }),
  }
}

function indexRule(facts: readonly MaskFacts[], { classes, named }: MaskRuleOptions): MaskRule {
  const indices = levelsOf(facts).map(({ value }) => value)
  const beyond = indices.filter((index) => index > classes.length)
  const ignored = beyond.includes(VOID) && beyond.length === 1
  const used = ignored ? indices.filter((index) => index !== VOID) : indices
  if (used.length > 256) throw unclear(facts, say('more different values than there can be classes'))
  const names = used.map((index) => classes[index - 1]?.name ?? named(`class ${index}`))
  const values = [{ value: 0, label: 0 }, ...used.map((value, i) => ({ value, label: i + 1 }))]
  const list = used.map((index, i) => `${index} = ${names[i]}`).join(', ')
  const meaning = list === '' ? say('background alone') : list
  const note = ignored
    ? say('Masks whose values are classes: {{meaning}}; 255 belongs to none. Each connected area is one object.', { meaning })
    : say('Masks whose values are classes: {{meaning}}. Each connected area is one object.', { meaning })
  return { reading: { kind: 'values', values }, names, note }
}

function instancesRule({ classes }: MaskRuleOptions): MaskRule {
  const name = classes[0]?.name ?? 'object'
  return { reading: { kind: 'instances' }, names: [name], note: say('Masks with one number an object: each is one {{name}}.', { name }) }
}

/** Grey levels as classes, also with soft edges: then levels that hold hardly any pixels are no level. */
function levelRule(facts: readonly MaskFacts[], levels: readonly Level[], options: MaskRuleOptions): MaskRule {
  const { classes } = options
  const crisp = levels.length <= classes.length
  const kept = crisp
    ? levels.map(({ value }) => value)
    : mainColors(greys(facts)).flatMap(({ color }) => (color === 0 ? [] : [color & 255]))
  if (kept.length === 0 || kept.length > classes.length || facts.some(({ bitDepth }) => bitDepth !== 8))
    throw unclear(facts, say('{{count}} grey levels for {{classes}} classes', { count: levels.length, classes: classes.length }))
  const ascending = kept.sort((a, b) => a - b)
  const names = ascending.map((_, i) => classes[i]!.name)
  const list = ascending.map((value, i) => `${value} = ${names[i]}`).join(', ')
  const note = say('Masks with grey levels: {{list}}. Each connected area is one object.', { list })
  if (!crisp) return { reading: colorReading([0, ...ascending].map((value) => value * 0x010101)), names, note }
  return {
    reading: { kind: 'values', values: [{ value: 0, label: 0 }, ...ascending.map((value, i) => ({ value, label: i + 1 }))] },
    names,
    note,
  }
}

/** The first colour is the background, the others have labels from 1 on. */
function colorReading(colors: readonly number[]): MaskReading {
  return { kind: 'colors', colors: colors.map((color, label) => ({ color, label })), tolerance: TOLERANCE }
}

const greys = (facts: readonly MaskFacts[]): CountedColor[] => countedColors(facts)

/** Colours of the project's classes where the masks have those; a single colour is the first class. */
function colorRule(facts: readonly MaskFacts[], { classes }: MaskRuleOptions): MaskRule {
  const main = mainColors(countedColors(facts))
  const background = backgroundOf(main)
  const colors = main.map(({ color }) => color).filter((color) => color !== background)
  const places = colors.map((color) =>
    classes.findIndex((known) => distance(Number.parseInt(known.color.slice(1), 16), color) <= TOLERANCE),
  )
  const matched = places.every((place) => place >= 0) && new Set(places).size === places.length
  if (!matched && (colors.length !== 1 || classes.length === 0))
    throw unclear(facts, say('{{count}} colours that no class has', { count: colors.length }))
  const names = colors.map((_, i) => classes[matched ? places[i]! : 0]!.name)
  const list = colors.map((color, i) => `${hex(color)} = ${names[i]}`).join(', ')
  const note = say('Masks coded by colour: {{list}}. Each connected area is one object.', {
    list: [list, say('background {{color}}', { color: hex(background) })].filter((part) => part !== '').join(', '),
  })
  return { reading: colorReading([background, ...colors]), names, note }
}

/** Black where it is there, then white, else the most frequent. */
function backgroundOf(main: readonly CountedColor[]): number {
  const dark = main.find(({ color }) => distance(color, 0) <= 24) ?? main.find(({ color }) => distance(color, 0xffffff) <= 24)
  return (dark ?? main[0])?.color ?? 0
}

function distance(a: number, b: number): number {
  return Math.hypot((a >> 16) - (b >> 16), ((a >> 8) & 255) - ((b >> 8) & 255), (a & 255) - (b & 255))
}

type Given = NonNullable<ImportRequest['colors']>

/** Colours and values as the person named them. What has no name is background: the darkest of the rest where no name was left empty. */
function givenColors(facts: readonly MaskFacts[], colors: Given, { named }: MaskRuleOptions): MaskRule {
  const byNumber = colors.every(({ value }) => /^\d{1,5}$/.test(value))
  if (!byNumber && colors.some(({ value }) => /^\d{1,5}$/.test(value)))
    throw new AppError('bad-colors', 'Colours and grey values stand side by side.', 'Give either: "#ff0000=tumour" or "128=cytoplasm".')
  const names = [...new Set(colors.filter(({ name }) => !isBackground(name)).map(({ name }) => named(name)))]
  const labelled = colors.map(({ value, name }) => ({
    value: byNumber ? Number(value) : Number.parseInt(value.replace('#', ''), 16),
    label: isBackground(name) ? 0 : names.indexOf(named(name)) + 1,
  }))
  const list = colors.map(({ value, name }) => `${value} = ${isBackground(name) ? say('background') : named(name)}`).join(', ')
  const note = say('Masks read as you said: {{list}}. Each connected area is one object.', { list })
  const background = labelled.some(({ label }) => label === 0)
  if (byNumber) return { reading: { kind: 'values', values: background ? labelled : [{ value: 0, label: 0 }, ...labelled] }, names, note }
  const own = labelled.map(({ value, label }) => ({ color: value, label }))
  const rest = mainColors(countedColors(facts)).filter(({ color }) => own.every((known) => distance(known.color, color) > TOLERANCE))
  const all = background || rest.length === 0 ? own : [{ color: backgroundOf(rest), label: 0 }, ...own]
  return { reading: { kind: 'colors', colors: all, tolerance: TOLERANCE }, names, note }
}

const isBackground = (name: string): boolean => name.trim() === '' || name.trim().toLowerCase() === 'background'

function unclear(facts: readonly MaskFacts[], what: string): AppError {
  const counted = facts.some(({ kind }) => kind !== 'grey') ? mainColors(countedColors(facts)).map(({ color }) => hex(color)) : null
  const values = counted ?? levelsOf(facts).map(({ value }) => String(value))
  const shown = `${values.slice(0, 12).join(', ')}${values.length > 12 ? ', …' : ''}`
  return new AppError(
    'mask-kind-unclear',
    `The masks hold ${what}: ${shown}.`,
    `Say what they mean: --mask-kind index|instances, or --colors "${values[0] ?? '#ff0000'}=name,...".`,
  )
}
