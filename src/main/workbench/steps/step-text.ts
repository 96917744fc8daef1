import type { WorkflowRow } from '#shared/contracts/project.ts'
import type { DecideRequest, SplitRequest, Step, StepRecord } from '#shared/contracts/steps.ts'
import type { PixelSizeRequest } from '#shared/contracts/pixel-size.ts'
import type { NamedImages } from '#shared/contracts/named-images.ts'
import type { OriginRequest } from '#shared/contracts/origin.ts'
import { ORIGIN_FACTS, type OriginFact, PATTERN_OF } from '#shared/origin.ts'
import type { ImagesMeant } from '#shared/pixel-size.ts'
import type { ModelId } from '#shared/records/ids.ts'
import { say } from '#shared/i18n/say.ts'

const SPLITS: Readonly<Record<SplitRequest['split'], () => string>> = {
  train: () => say('training'),
  val: () => say('validation'),
  test: () => say('test'),
  auto: () => say('divided by chance'),
}

const THINGS: Readonly<Record<Extract<Step, { kind: 'export' }>['request']['what'], () => string>> = {
  counts: () => say('counts'),
  annotations: () => say('annotations'),
  predictions: () => say('predictions'),
  decisions: () => say('decisions'),
  agreement: () => say('agreement of readers'),
  masks: () => say('masks'),
  model: () => say('model'),
  measurements: () => say('measurements'),
  report: () => say('report'),
  'report-template': () => say('template of the report'),
}

/** A step as a row: what was asked for, in a few words; all of it is in the file. `nameOf` tells the names of models that the project has. */
export function workflowRow({ step, who, at, version }: StepRecord, nameOf: (id: ModelId) => string): WorkflowRow {
  return { kind: step.kind, about: about(step, nameOf), who, at, version }
}

function about(step: Step, nameOf: (id: ModelId) => string): string {
  const model = (id: string): string => (id === 'ensemble' ? say('the folds together') : nameOf(id as ModelId))
  switch (step.kind) {
    case 'import': {
      const { paths } = step.request
      const named = paths.slice(0, 2).join(', ')
      return paths.length > 2 ? say('{{paths}} and {{count}} more', { paths: named, count: paths.length - 2 }) : named
    }
    case 'split':
      return splitText(step.request)
    case 'pixel-size':
      return pixelSizeText(step.request)
    case 'origin':
      return originText(step.request)
    case 'train':
      return say('{{preset}}, seed {{seed}}: {{model}}', {
        preset: step.request.preset,
        seed: String(step.request.seed),
        model: model(step.made),
      })
    case 'folds':
      return say('{{preset}}, seed {{seed}}, {{count}} folds', {
        preset: step.request.preset,
        seed: String(step.request.seed),
        count: step.folds,
      })
    case 'predict': {
      const asked = model(step.request.modelId)
      if (step.request.rest) return say('{{model}}, on images that it had not looked at', { model: asked })
      return step.request.flips ? say('{{model}}, with mirrored looks', { model: asked }) : asked
    }
    case 'decide':
      return decideText(step.request)
    case 'evaluate':
      return say('{{model}}, judged on: {{split}}', { model: model(step.request.modelId), split: SPLITS[step.request.split]() })
    case 'import-model':
      return `${step.request.file}: ${model(step.made)}`
    case 'export':
      return say('{{what}}, into {{file}}', { what: THINGS[step.request.what](), file: step.request.file })
  }
}

function splitText({ split, glob, of = null }: SplitRequest): string {
  const images = [...(of === null ? [] : [namedText(of)]), ...(glob === null ? [] : [glob])]
  return images.length === 0
    ? SPLITS[split]()
    : say('{{images}}, put into: {{split}}', { images: images.join(', '), split: SPLITS[split]() })
}

/** What was accepted or rejected, as far as it was narrowed down. */
function decideText({ kind, from, below, ofClass, glob, to }: DecideRequest): string {
  const parts = [
    kind === 'accept' ? say('accepted') : say('rejected'),
    ...(from > 0 ? [say('from score {{from}}', { from: String(from) })] : []),
    ...(below === null ? [] : [say('below score {{below}}', { below: String(below) })]),
    ...(ofClass === null ? [] : [ofClass]),
    ...(glob === null ? [] : [glob]),
    ...(to === null ? [] : [say('as {{name}}', { name: to })]),
  ]
  return parts.join(', ')
}

const MEANT: Readonly<Record<ImagesMeant, () => string>> = {
  missing: () => say('images without a pixel size'),
  unstated: () => say('images whose file states no pixel size'),
  all: () => say('all images'),
}

function pixelSizeText({ microns, of }: PixelSizeRequest): string {
  const size = microns === null ? say('as the file states') : say('{{microns}} µm a pixel', { microns: String(microns) })
  const images = typeof of === 'string' ? MEANT[of]() : namedText(of)
  return say('{{images}}, pixel size: {{size}}', { images, size })
}

const namedText = (of: NamedImages): string =>
  'glob' in of ? of.glob : say('{{count}} images', { count: 'images' in of ? of.images.length : of.sha256.length })

const FACTS: Readonly<Record<OriginFact, () => string>> = {
  patient: () => say('patient'),
  slide: () => say('slide'),
  group: () => say('group'),
}

function originText({ of, set, ...patterns }: OriginRequest): string {
  const images = of === 'all' ? say('all images') : namedText(of)
  const told = ORIGIN_FACTS.flatMap((fact) => {
    const pattern = patterns[PATTERN_OF[fact]]
    const name = set[fact]
    return [
      // In quotes: any word may be a name.
      ...(name === undefined ? [] : [`${FACTS[fact]()} ${name === null ? '–' : `“${name}”`}`]),
      ...(pattern === null ? [] : [`${FACTS[fact]()} ${pattern}`]),
    ]
  })
  return `${images}: ${told.join(', ')}`
}
