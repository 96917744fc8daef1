import { assertNever } from '#shared/assert.ts'
import { figureTitle } from '#shared/figure-names.ts'
import { heard } from '#shared/i18n/heard.ts'
import { shownMoment, shownNumber } from '#shared/i18n/formats.ts'
import { label, t, translated } from '#shared/i18n/translate.ts'
import { FOREIGN_PRESET } from '#shared/records/foreign-graph.ts'
import { hasMemory, MEMORY_APART, type ModelFile } from '#shared/records/model-file.ts'
import { TASKS as FACTS } from '#shared/task-facts.ts'
import { STAIN_TITLES } from '#shared/stains/stain-facts.ts'
import { guessedObjects, type ModelRecord } from '#shared/records/model.ts'
import { type TestLook, testLooksText } from '#shared/test-looks.ts'
import { VERSION } from '#shared/version.ts'
import { type CardPart, fourDigits } from './card-part.ts'
import { type CardTest, testParts } from './test-part.ts'

/** What a card tells of beside the model itself. */
export interface CardFacts {
  readonly model: ModelRecord
  /** What the model's own file says; null where it cannot be read. */
  readonly file: Pick<
    ModelFile,
    'inferenceSizes' | 'parameters' | 'weightsSha256' | 'onnxDifference' | 'seed' | 'stain' | 'settings'
  > | null
  readonly project: string
  /** Models that it went on from, the nearest first. */
  readonly ancestors: readonly string[]
  readonly testLooks: readonly TestLook[]
  /** What it scored on test images, here and in the project that it comes from. */
  readonly tests: readonly CardTest[]
}

export interface CardFigure {
  /** That of the record, whatever the language. */
  readonly name: string
  /** As the field calls it, in the language that is spoken. */
  readonly title: string
  readonly value: number
  readonly shown: string
}

/**
 * A model card (Mitchell et al., "Model Cards for Model Reporting", FAT* 2019) in Markdown: what it is, what it learned from, how good it is where,
 * and its limits.
 */
export function modelCard(facts: CardFacts): string {
  const made = t('Made by Slidewright {{version}} in the project “{{project}}”.', { version: VERSION, project: facts.project })
  const head = [`# ${facts.model.name}`, `${made} ${t('For research use, not for diagnosis.')}`]
  return [...head, ...modelCardParts(facts).map(markdown)].map((part) => `${part}\n`).join('\n')
}

function markdown(part: CardPart): string {
  switch (part.kind) {
    case 'heading':
      return `## ${part.text}`
    case 'text':
      return part.text
    case 'list':
      return part.lines.map((line) => `- ${line}`).join('\n')
    case 'figures':
      return [
        part.head,
        part.head.map(() => '---'),
        ...part.rows.map(({ title, cells }) => [title, ...cells.map((cell) => cell?.shown ?? '–')]),
      ]
        .map((cells) => `| ${cells.join(' | ')} |`)
        .join('\n')
    default:
      return assertNever(part, 'part of a model card')
  }
}

/** What stands in a card below its head, in the language that is spoken (`speaking`). */
export function modelCardParts(facts: CardFacts): CardPart[] {
  return [
    { kind: 'heading', text: t('What it is') },
    { kind: 'list', lines: whatItIs(facts) },
    { kind: 'heading', text: t('What it learned from') },
    { kind: 'list', lines: learnedFrom(facts) },
    { kind: 'heading', text: t('How good it is') },
    ...howGood(facts),
    { kind: 'heading', text: t('Limits') },
    { kind: 'list', lines: limitsOf(facts) },
  ]
}

const TASKS = {
  classification: label('classification'),
  anomaly: label('anomaly'),
  segmentation: label('segmentation'),
  detection: label('detection'),
} as const

export function whatItIs({ model, file }: CardFacts): string[] {
  const kind =
    model.preset === FOREIGN_PRESET ? t('A graph (ONNX) that was made elsewhere.') : t('Preset: {{preset}}.', { preset: model.preset })
  return [
    t('Task: {{task}}; classes: {{classes}}.', {
      task: translated(TASKS[model.task]),
      classes: model.classes.map(({ name }) => name).join(', '),
    }),
    file ? `${kind} ${lookText(file)}` : kind,
    ...(FACTS[model.task].objects === 'none' && model.preset !== FOREIGN_PRESET ? [resizeText()] : []),
    ...(typeof file?.weightsSha256 === 'string' ? [t('sha256 of its weights: {{hash}}.', { hash: file.weightsSha256 })] : []),
    ...(file?.stain ? [stainText(file.stain)] : []),
    ...(typeof file?.onnxDifference === 'number' ? [t('Its ONNX graph gives what the trained net gives; largest difference {{difference}}.', { difference: file.onnxDifference.toExponential(1) })] : []), // prettier-ignore
    ...(file && hasMemory(file) ? [heard(MEMORY_APART)] : []),
  ]
}

/** How an image gets to the size that the net looks at (engine/data/resample.ts). */
const resizeText = (): string =>
  t(
    'Each image as a whole is resized to that, whatever its proportions: bilinear with half-pixel centres, anti-aliased where it gets smaller (as Pillow’s BILINEAR), and not rounded.',
  )

function lookText({ parameters, inferenceSizes }: NonNullable<CardFacts['file']>): string {
  const sizes = inferenceSizes.map(([height, width]) => `${height} x ${width}`).join(', ')
  if (parameters === null) return t('Looks at images at {{sizes}} pixels (height x width).', { sizes })
  return t('{{count}} parameters; looks at images at {{sizes}} pixels (height x width).', { count: parameters, sizes })
}

function stainText({ target, images, left }: NonNullable<ModelFile['stain']>): string {
  const said = t(
    'Stain normalisation: {{method}}. Colours of every image are moved to the middle of {{count}} training images before the net sees them.',
    { method: heard(STAIN_TITLES[target.method]), count: images },
  )
  if (left === 0) return said
  return `${said} ${t('{{count}} images were left as they are in the training, since they have no such stain.', { count: left })}`
}

export function learnedFrom({ model, file, ancestors }: CardFacts): string[] {
  const { objects, origin } = model
  const [settings, guessed] = [settingsText(model.settings), guessedObjects(model)]
  if (model.preset === FOREIGN_PRESET)
    return [t('What it learned from is not known here.'), t('Fed and read as: {{settings}}.', { settings }), ...cameWith(origin)]
  const list = objects?.map(({ name, train, val }) => `${name} ${shownNumber(train)} (${shownNumber(val)})`).join(', ')
  return [
    imagesText(model),
    ...(list === undefined ? [] : [t('Objects to learn from (to validate on): {{list}}.', { list })]),
    ...(guessed === 0
      ? []
      : [
          t('Besides {{count}} objects as an earlier model said, on images that were reviewed in part: nobody had decided on them.', {
            count: guessed,
          }),
        ]),
    t('Snapshot of images and labels: {{hash}}.', { hash: model.dataHash }),
    startText(ancestors),
    trainedText(model, file?.seed ?? null),
    t('Settings: {{settings}}.', { settings }),
    ...cameWith(origin),
  ]
}

/** Settings as the record and the command line call them: `epochs 40, batch 4`; what was not set is left out. */
export function settingsText(settings: Readonly<Record<string, unknown>>): string {
  const set = Object.entries(settings).filter(([, value]) => value !== null && value !== undefined)
  return set.map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`).join(', ')
}

function imagesText({ trainImages: count, valImages: validation, fold }: ModelRecord): string {
  if (fold === null) return t('{{count}} images to learn from, {{validation}} to validate on.', { count, validation })
  return t('{{count}} images to learn from, {{validation}} to validate on (fold {{fold}} of {{folds}}).', {
    count,
    validation,
    fold: fold.index + 1,
    folds: fold.folds,
  })
}

function startText(ancestors: readonly string[]): string {
  if (ancestors.length === 0) return t('Started from the preset’s own weights.')
  const names = ancestors.map(heard)
  const model = names.reduceRight((earlier, one) => t('{{model}}, which went on from {{earlier}}', { model: one, earlier }))
  return t('Went on from {{model}}.', { model })
}

function trainedText({ createdAt, author, epochs, seconds, backend }: ModelRecord, seed: number | null): string {
  const trained = t('Trained {{moment}} for {{count}} epochs in {{seconds}} s on {{backend}}.', {
    moment: shownMoment(createdAt),
    count: epochs,
    seconds: Math.round(seconds),
    backend,
  })
  const who = author === '' ? [] : [t('Started by {{who}}.', { who: author })]
  return [trained, ...who, ...(seed === null ? [] : [t('Seed: {{seed}}.', { seed: String(seed) })])].join(' ')
}

function cameWith(origin: ModelRecord['origin']): string[] {
  if (origin === null) return []
  const { file, sha256: hash, importedAt, importedBy: who } = origin
  const values = { file, hash, moment: shownMoment(importedAt), who }
  return [t('It was not trained here: it came with the file {{file}} (sha256 {{hash}}), imported {{moment}} by {{who}}.', values)]
}

/** Figures of the best epoch on the validation images, one a row, those of a class under its name; then those on test images. */
function howGood(facts: CardFacts): CardPart[] {
  const figures = figuresOf(facts.model.metrics)
  const texts = howGoodTexts(facts).map((text) => ({ kind: 'text' as const, text }))
  const tests = testParts(facts.tests)
  if (figures.length === 0) return [...texts, ...tests]
  const rows = figures.map(({ name, title, value, shown }) => ({ title, cells: [{ of: `model/${name}`, value, shown }] }))
  return [{ kind: 'figures', head: [t('figure'), t('on the validation images')], rows }, ...texts, ...tests]
}

/** What has to be known of a model's figures. */
export function howGoodTexts({ model, testLooks }: CardFacts): string[] {
  if (figuresOf(model.metrics).length === 0)
    return [
      ...(model.preset === FOREIGN_PRESET ? [] : [t('It was not measured: there were no validation images.')]),
      heard(testLooksText(testLooks)),
    ].filter((text) => text !== '')
  return [
    t('The best epoch was chosen on the same {{count}} validation images, so these figures are a little too good.', {
      count: model.valImages,
    }),
    t('They are of the training’s own look at them; an evaluation measures what a prediction finds, which can differ a little.'),
    heard(testLooksText(testLooks)),
  ].filter((text) => text !== '')
}

export function figuresOf(metrics: Readonly<Record<string, unknown>>, under: readonly string[] = []): CardFigure[] {
  return Object.entries(metrics).flatMap(([name, value]): CardFigure[] => {
    if (OTHER.has(name)) return []
    if (typeof value === 'number')
      return [{ name: [...under, name].join(', '), title: [...under, figureTitle(name)].join(', '), value, shown: fourDigits(value) }]
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
    return figuresOf(value as Record<string, unknown>, name === 'perClass' ? under : [...under, name])
  })
}

/** Kept beside the figures, but none. */
const OTHER: ReadonlySet<string> = new Set(['onnxDifference', 'waitingShare'])

/** Images below which a score says little. */
const FEW = 20

export function limitsOf({ model }: CardFacts): string[] {
  const { valImages, trainImages, preset } = model
  const few = (count: number): boolean => count < FEW && preset !== FOREIGN_PRESET
  return [
    t('It knows the stains, scanners and tissues of its training images alone; on others it has to be measured anew.'),
    ...(few(valImages) ? [t('Only {{count}} validation images: its score may be far off.', { count: valImages })] : []),
    ...(few(trainImages) ? [t('Only {{count}} training images.', { count: trainImages })] : []),
    t('Its counts are estimates until a person has reviewed them.'),
  ]
}
