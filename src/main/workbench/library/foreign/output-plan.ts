import { say } from '#shared/i18n/say.ts'
import type { GraphLook, GraphTensor } from '#shared/contracts/foreign.ts'
import type { BoxForm, ForeignOutput, OutputValues } from '#shared/records/foreign-graph.ts'
import type { TaskKind } from '#shared/records/task.ts'
import { assertNever } from '#shared/assert.ts'
import type { AppError } from '#shared/errors.ts'
import { type Described, refused, shapeText, type Wish } from './graph-plan.ts'

/** How an output is read, before its channels have names: `count` of them, beside a background. */
export type OutputPlan =
  | { readonly kind: 'scores'; readonly name: string; readonly values: OutputValues; readonly count: number | null }
  | {
      readonly kind: 'areas'
      readonly name: string
      readonly axes: 'nchw' | 'nhwc'
      readonly values: OutputValues
      readonly background: boolean
      readonly count: number
    }
  | { readonly kind: 'boxes'; readonly name: string; readonly form: BoxForm; readonly count: number | null }
  | { readonly kind: 'lists'; readonly boxes: string; readonly scores: string; readonly labels: string; readonly count: number | null }

interface Asked {
  readonly look: GraphLook
  readonly told: Described
  readonly wish: Wish
  /** How many names there are for channels, where any are known; a background is none of them. */
  readonly named: number | null
  /** The same, of those that the file itself has. */
  readonly namedInFile: number | null
  /** How many classes the project has. */
  readonly classes: number
}

/** Which output tells what a project of this kind wants, and how. @throws AppError `graph-unfit` where none does. */
export function outputPlan(task: TaskKind, asked: Asked): OutputPlan {
  switch (task) {
    case 'classification':
      return scoresIn(asked)
    case 'segmentation':
      return areasIn(asked)
    case 'detection':
      return listsIn(asked) ?? boxesIn(asked)
    case 'anomaly':
      throw refused(
        'Anomaly models are told by their own memory or autoencoder; graphs from elsewhere cannot be imported into such a project.',
      )
    default:
      return assertNever(task)
  }
}

/** The output as the model file has it. `channels`: of each class of the model. */
export function withChannels(plan: OutputPlan, channels: number[]): ForeignOutput {
  const { count: _count, ...rest } = plan
  // In front of the classes stands the background; torchvision numbers it 0 too.
  const shifted = plan.kind === 'lists' || (plan.kind === 'areas' && plan.background) ? channels.map((c) => c + 1) : channels
  return { ...rest, channels: shifted }
}

const PROBABLE: ReadonlySet<string> = new Set(['Softmax', 'Sigmoid', 'HardSigmoid'])

function valuesOf({ look, told, wish }: Asked, { name }: GraphTensor): OutputValues {
  return wish.values ?? told.values ?? (PROBABLE.has(look.ends[name] ?? '') ? 'probabilities' : 'logits')
}

const givesText = ({ outputs }: GraphLook): string => outputs.map(({ name, shape }) => `${name} ${shapeText(shape)}`).join(', ')

const isFloat = ({ type }: GraphTensor): boolean => type === 'float32'

function scoresIn(asked: Asked): OutputPlan {
  const isScores = ({ shape: [batch, , ...rest], shape }: GraphTensor): boolean =>
    shape.length >= 2 && (batch === null || batch === 1) && rest.every((size) => size === 1)
  const found = asked.look.outputs.filter(isFloat).find(isScores)
  if (!found) throw refused(`The graph gives ${givesText(asked.look)}; scores of classes would be 1 × classes.`)
  const told = found.shape[1] ?? null
  // A single number is that of the second of two classes.
  return { kind: 'scores', name: found.name, values: valuesOf(asked, found), count: told === 1 ? 2 : told }
}

/** More channels are no classes. */
const MOST_CHANNELS = 300

function areasIn(asked: Asked): OutputPlan {
  const { look, told, wish, named, classes } = asked
  const found = look.outputs.filter(isFloat).find(({ shape }) => shape.length === 4)
  if (!found) throw refused(`The graph gives ${givesText(look)}; classes of pixels would be 1 × classes × height × width.`)
  const [, first = null, , last = null] = found.shape
  const axes = (first ?? Infinity) <= (last ?? Infinity) ? 'nchw' : 'nhwc'
  const channels = axes === 'nchw' ? first : last
  if (channels === null || channels > MOST_CHANNELS)
    throw refused(`The output ${found.name} is ${shapeText(found.shape)}; how many classes it tells is not to be seen.`)
  const background = wish.background ?? backgroundIn({ channels, named: named ?? classes, end: look.ends[found.name] ?? '', told })
  if (background && channels < 2) throw refused(`The output ${found.name} has one channel, which cannot be the background alone.`)
  return { kind: 'areas', name: found.name, axes, values: valuesOf(asked, found), background, count: background ? channels - 1 : channels }
}

interface Channels {
  readonly channels: number
  readonly named: number
  readonly end: string
  readonly told: Described
}

function backgroundIn({ channels, named, end, told }: Channels): boolean {
  if (channels === 1) return false
  if (named === channels) return false
  if (named === channels - 1) return true
  return told.independent !== true && end !== 'Sigmoid'
}

function listsIn({ look: { outputs }, named }: Asked): OutputPlan | null {
  const boxes = outputs.find(({ name, shape }) => /box/i.test(name) && shape.length === 2 && shape[1] === 4)
  const scores = outputs.find(({ name, shape }) => /score/i.test(name) && shape.length === 1)
  const labels = outputs.find(({ name, shape }) => /label|class/i.test(name) && shape.length === 1)
  if (!boxes || !scores || !labels) return null
  return { kind: 'lists', boxes: boxes.name, scores: scores.name, labels: labels.name, count: named }
}

/** With fewer boxes of six numbers they are the best of all; a grid has more. */
const MOST_BEST = 1000

function boxesIn({ look, wish, named, namedInFile }: Asked): OutputPlan {
  const found = look.outputs.filter(isFloat).find(({ shape }) => shape.length === 3 && shape[0] === 1)
  if (!found) throw noBoxes(say('The graph gives {{outputs}}, and none of it is a table of boxes', { outputs: givesText(look) }))
  const [, rows = null, columns = null] = found.shape
  const form = wish.boxes ?? formOf(rows, columns)
  const fields = form === 'columns' ? rows : columns
  if (fields === null || fields < 5)
    throw noBoxes(
      say('The output {{name}} is {{shape}}, which are no boxes with classes', { name: found.name, shape: shapeText(found.shape) }),
    )
  const classes = form === 'best' ? null : fields - (form === 'rows' ? 5 : 4)
  // Beside its classes a graph may give coefficients of masks: what has names is a class.
  const count = classes === null ? named : namedInFile !== null && namedInFile < classes ? namedInFile : classes
  return { kind: 'boxes', name: found.name, form, count }
}

/** Detectors are often exported without their last step. */
function noBoxes(found: string): AppError {
  return refused(
    `${found}: ${say('1 × (4 + classes) × boxes, 1 × boxes × (5 + classes), 1 × boxes × 6, or boxes, scores and labels as three outputs.')}`,
    'Nothing was changed. What makes boxes of the numbers of a net is missing in the file: export the model with it, as Ultralytics does by itself and torchvision where the whole model is exported.',
  )
}

function formOf(rows: number | null, columns: number | null): BoxForm {
  if (columns === 6 && rows !== null && rows <= MOST_BEST) return 'best'
  return (rows ?? Infinity) < (columns ?? Infinity) ? 'columns' : 'rows'
}
