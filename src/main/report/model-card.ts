import { counted } from '#shared/counted.ts'
import { FOREIGN_PRESET } from '#shared/records/foreign-graph.ts'
import type { ModelFile } from '#shared/records/model-file.ts'
import { STAIN_TITLES } from '#shared/stains/stain-facts.ts'
import type { ModelRecord } from '#shared/records/model.ts'
import { type TestLook, testLooksText } from '#shared/test-looks.ts'
import { VERSION } from '#shared/version.ts'

/** What a card tells of beside the model itself. */
export interface CardFacts {
  readonly model: ModelRecord
  /** What the model's own file says; null where it cannot be read. */
  readonly file: Pick<ModelFile, 'inferenceSizes' | 'parameters' | 'weightsSha256' | 'onnxDifference' | 'seed' | 'stain'> | null
  readonly project: string
  /** Models that it went on from, the nearest first. */
  readonly ancestors: readonly string[]
  readonly testLooks: readonly TestLook[]
}

/** A model card (Mitchell et al., "Model Cards for Model Reporting", FAT* 2019) in Markdown: what it is, what it learned from, how good it is where, and its limits. */
export function modelCard(facts: CardFacts): string {
  const { model } = facts
  const head = [`# ${model.name}`, `Made by Slidewright ${VERSION} in the project “${facts.project}”. For research use, not for diagnosis.`]
  return [...head, ...modelCardSections(facts)].map((part) => `${part}\n`).join('\n')
}

/** What stands in a card below its head, part by part: `## heading`, `- list`, `| table |` or a paragraph. */
export function modelCardSections(facts: CardFacts): string[] {
  return [
    '## What it is',
    listOf(whatItIs(facts)),
    '## What it learned from',
    listOf(learnedFrom(facts)),
    '## How good it is',
    howGood(facts),
    '## Limits',
    listOf(limitsOf(facts)),
  ]
}

const listOf = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join('\n')

function whatItIs({ model, file }: CardFacts): string[] {
  return [
    `Task: ${model.task}; classes: ${model.classes.map(({ name }) => name).join(', ')}.`,
    `${model.preset === FOREIGN_PRESET ? 'A graph (ONNX) that was made elsewhere' : `Preset: ${model.preset}`}.${file ? lookText(file) : ''}`,
    ...(typeof file?.weightsSha256 === 'string' ? [`sha256 of its weights: ${file.weightsSha256}.`] : []),
    ...(file?.stain ? [stainText(file.stain)] : []),
    ...(typeof file?.onnxDifference === 'number' ? [`Its ONNX graph gives what the trained net gives; largest difference ${file.onnxDifference.toExponential(1)}.`] : []), // prettier-ignore
  ]
}

function lookText({ parameters, inferenceSizes }: NonNullable<CardFacts['file']>): string {
  const sizes = inferenceSizes.map(([height, width]) => `${height} x ${width}`).join(' and ')
  const looks = `ooks at images at ${sizes} pixels (height x width).`
  return parameters === null ? ` L${looks}` : ` ${parameters.toLocaleString('en')} parameters; l${looks}`
}

function stainText({ target, images, left }: NonNullable<ModelFile['stain']>): string {
  const said = `Stain normalisation: ${STAIN_TITLES[target.method]}. Colours of every image are moved to the middle of ${counted(images, 'training image')} before the net sees them`
  return left === 0
    ? `${said}.`
    : `${said}; ${counted(left, 'image was', 'images were')} left as they are in the training, since they have no such stain.`
}

function learnedFrom({ model, file, ancestors }: CardFacts): string[] {
  const { fold, objects, origin } = model
  if (model.preset === FOREIGN_PRESET)
    return ['What it learned from is not known here.', `Fed and read as: ${JSON.stringify(model.settings)}.`, ...cameWith(origin)]
  return [
    `${counted(model.trainImages, 'image')} to learn from, ${model.valImages} to validate on${fold ? ` (fold ${fold.index + 1} of ${fold.folds})` : ''}.`,
    ...(objects === null ? [] : [`Objects to learn from (to validate on): ${objects.map(({ name, train, val }) => `${name} ${train} (${val})`).join(', ')}.`]), // prettier-ignore
    `Snapshot of images and labels: ${model.dataHash}.`,
    ancestors.length === 0 ? 'Started from the preset’s own weights.' : `Went on from ${ancestors.join(', which went on from ')}.`,
    `Trained ${model.createdAt}${model.author === '' ? '' : ` by ${model.author}`} for ${model.epochs} epochs in ${Math.round(model.seconds)} s on ${model.backend}${file ? `, seed ${file.seed}` : ''}.`,
    `Settings: ${JSON.stringify(model.settings)}.`,
    ...cameWith(origin),
  ]
}

function cameWith(origin: ModelRecord['origin']): string[] {
  if (origin === null) return []
  const { file, sha256, importedAt, importedBy } = origin
  return [`It was not trained here: it came with the file ${file} (sha256 ${sha256}), imported ${importedAt} by ${importedBy}.`]
}

/** Figures of the best epoch on the validation images, one a row, those of a class under its name. */
function howGood({ model, testLooks }: CardFacts): string {
  const rows = figuresOf(model.metrics)
  if (rows.length === 0)
    return model.preset === FOREIGN_PRESET
      ? 'Measure it with slidewright evaluate.'
      : 'It was not measured: there were no validation images.'
  const table = [
    '| figure | on the validation images |',
    '|---|---|',
    ...rows.map(([name, value]) => `| ${name} | ${value.toPrecision(4)} |`),
  ]
  const looked = testLooksText(testLooks)
  const said = `The best epoch was chosen on the same ${counted(model.valImages, 'validation image')}, so these figures are a little too good.`
  return [table.join('\n'), said, ...(looked === '' ? [] : [looked])].join('\n\n')
}

function figuresOf(metrics: Readonly<Record<string, unknown>>, under = ''): [string, number][] {
  return Object.entries(metrics).flatMap(([name, value]): [string, number][] => {
    const full = under === '' ? name : `${under}, ${name}`
    if (OTHER.has(name)) return []
    if (typeof value === 'number') return [[full, value]]
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
    return figuresOf(value as Record<string, unknown>, name === 'perClass' ? under : full)
  })
}

/** Kept beside the figures, but none. */
const OTHER: ReadonlySet<string> = new Set(['onnxDifference', 'waitingShare'])

/** Images below which a score says little. */
const FEW = 20

function limitsOf({ model }: CardFacts): string[] {
  return [
    'It knows the stains, scanners and tissues of its training images alone; on others it has to be measured anew.',
    ...(model.valImages < FEW && model.preset !== FOREIGN_PRESET
      ? [`Only ${counted(model.valImages, 'validation image')}: its score may be far off.`]
      : []),
    ...(model.trainImages < FEW && model.preset !== FOREIGN_PRESET ? [`Only ${counted(model.trainImages, 'training image')}.`] : []),
    'Its counts are estimates until a person has reviewed them.',
  ]
}
