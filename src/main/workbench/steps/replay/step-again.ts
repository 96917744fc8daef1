import path from 'node:path'
import { assertNever } from '#shared/assert.ts'
import type { ModelChoice } from '#shared/contracts/work.ts'
import type { Step } from '#shared/contracts/steps.ts'
import { counted } from '#shared/counted.ts'
import { AppError, toErrorInfo } from '#shared/errors.ts'
import { IMAGES_MEANT } from '#shared/pixel-size.ts'
import type { ImageId, ModelId, RunId } from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { decideMeant } from '../../deciding.ts'
import { evaluatedImages } from '../../evaluation.ts'
import type { PrintPdf } from '../../export.ts'
import { isNamed } from '../../named-images.ts'
import type { JobHooks } from '../../outcomes.ts'
import { setPixelSize } from '../../pixel-size.ts'
import { setOrigin } from '../../set-origin.ts'
import type { Workbench } from '../../workbench.ts'
import { takeImages } from './images-again.ts'
import { modelAgain } from './model-again.ts'
import { OTHERS_GIVEN, type ReplayWish, type WantedStep } from './wish.ts'
import type { Standing } from './standing.ts'

export interface Replay {
  readonly bench: Workbench
  readonly wish: ReplayWish
  readonly standing: Standing
  /** Where the export of a step goes. */
  readonly targets: ReadonlyMap<number, string>
  readonly hooks: JobHooks & { readonly printPdf?: PrintPdf }
}

/** What came of a step: done, or left out since here is nothing that it could be done with. */
export interface Came {
  readonly outcome: 'done' | 'left-out'
  readonly said: string
}

type StepOf<K extends Step['kind']> = Step & { readonly kind: K }

const done = (said: string): Came => ({ outcome: 'done', said })
const leftOut = (said: string): Came => ({ outcome: 'left-out', said })

/** Does one step of a log again, on the given images alone where such stand in. Throws AppError where it fails. */
export async function stepAgain({ step, number }: Pick<WantedStep, 'step' | 'number'>, replay: Replay): Promise<Came> {
  const { bench, wish, standing, hooks } = replay
  switch (step.kind) {
    case 'import':
      if (wish.paths === undefined) return done(`${(await bench.import(step.request)).images} new images`)
      if (standing.images !== null) return leftOut(OTHERS_GIVEN)
      return done(await takeImages(bench, { ...step.request, paths: [...wish.paths] }, standing))
    case 'split':
      return splitAgain(step, replay)
    case 'pixel-size': {
      const { of } = step.request
      return onMeant(replay, typeof of === 'string' ? IMAGES_MEANT[of] : isNamed(of), async (images) => {
        return setPixelSize(bench, { ...step.request, of: images ?? of })
      })
    }
    case 'origin':
      return originAgain(step, replay)
    case 'train':
      return trainAgain(step, replay)
    case 'folds':
      await bench.crossValidate({ ...step.request, from: modelHere(replay, step.request.from) }, step.folds, hooks)
      return done(`${step.folds} folds`)
    case 'predict':
      return predictAgain(step, replay)
    case 'decide':
      return decideAgain(step, replay)
    case 'evaluate':
      return evaluateAgain(step, replay)
    case 'import-model':
      return done(await modelAgain(bench, step, standing))
    case 'export':
      return exportAgain(step.request, replay.targets.get(number)!, replay)
    default:
      return assertNever(step)
  }
}

type Images = { readonly images: ImageId[] }

/** Changes images as a step says: those of the given ones that it means, where such stand in, else those that it names (null). */
async function onMeant(
  { bench, standing }: Replay,
  isMeant: (image: ImageRecord) => boolean,
  change: (images: Images | null) => Promise<{ changed: number }> | { changed: number },
): Promise<Came> {
  const images = standing.among(bench.project).filter(isMeant)
  const given = standing.images === null ? '' : 'given '
  if (images.length === 0) return leftOut(`none of the ${given}images is meant by it`)
  const { changed } = await change(standing.images === null ? null : { images: images.map(({ id }) => id) })
  return done(`${counted(changed, 'image')} changed`)
}

/** A pattern that fits none of the names has nothing to say of these images. */
async function originAgain({ request }: StepOf<'origin'>, replay: Replay): Promise<Came> {
  const { of } = request
  try {
    return await onMeant(replay, of === 'all' ? () => true : isNamed(of), (images) =>
      setOrigin(replay.bench, { ...request, of: images ?? of }),
    )
  } catch (thrown) {
    const { code, message } = toErrorInfo(thrown)
    if (code === 'pattern-fits-none') return leftOut(withoutStop(message))
    throw thrown
  }
}

/** The same shares, seed and patterns. A division of the log's images says nothing of where others go. */
function splitAgain({ request }: StepOf<'split'>, replay: Replay): Promise<Came> {
  const { bench, hooks } = replay
  const { glob, of } = request
  const isMeant = (image: ImageRecord): boolean =>
    (glob === null || path.matchesGlob(image.name, glob)) && (of === null || isNamed(of)(image))
  return onMeant(replay, isMeant, (images) => bench.split({ ...request, of: images ?? of }, hooks))
}

/** Where nothing is labelled, the model that was trained then serves, if the project has it. */
async function trainAgain({ request, made }: StepOf<'train'>, replay: Replay): Promise<Came> {
  const { bench, standing, hooks } = replay
  try {
    const { model, name, best } = await bench.train({ ...request, from: modelHere(replay, request.from) }, hooks)
    standing.models.set(made, model)
    return done(best === null ? name : `${name}, best validation score ${best.toFixed(3)}`)
  } catch (thrown) {
    if (toErrorInfo(thrown).code !== 'nothing-to-learn') throw thrown
    const here = standing.model(bench.project, made)
    if (here !== null) return leftOut(`no image to learn from is labelled; ${bench.model(here).name} is there already, and serves`)
    throw new AppError(
      'nothing-to-learn',
      'No image to learn from is labelled.',
      'Give images with labels; or bring the model that it made then into the project (slidewright models import) and leave train out with --only.',
      thrown,
    )
  }
}

async function predictAgain({ request, made }: StepOf<'predict'>, replay: Replay): Promise<Came> {
  const { bench, standing, hooks } = replay
  const asked = { ...request, modelId: choiceHere(replay, request.modelId) }
  const given = standing.images && { split: null, glob: null, images: [...standing.images] }
  const { run, objects, images } = await bench.predict({ ...asked, ...given }, hooks)
  standing.runs.set(made, run)
  return done(`${counted(objects, 'object')} on ${counted(images, 'image')}`)
}

function decideAgain({ request }: StepOf<'decide'>, replay: Replay): Came {
  const { bench } = replay
  const { ofClass, kind } = request
  if (ofClass !== null && !bench.classes().some(({ name }) => name === ofClass))
    return leftOut(`the project has no class “${ofClass}”, so no prediction is one`)
  try {
    const { decided } = decideMeant(bench, { ...request, runId: runHere(replay, request.runId) })
    return done(`${counted(decided, 'prediction')} ${kind}ed`)
  } catch (thrown) {
    if (toErrorInfo(thrown).code === 'no-images') return leftOut('none of the images that were predicted is meant by it')
    throw thrown
  }
}

/** What an evaluation says where there is nothing to measure on. */
const NOT_MEASURED: readonly string[] = ['no-images', 'nothing-labelled', 'reviewed-in-part', 'no-labels']

async function evaluateAgain({ request }: StepOf<'evaluate'>, replay: Replay): Promise<Came> {
  const { bench, standing, hooks } = replay
  const { split } = request
  try {
    const { images } = evaluatedImages(bench.project, split)
    const among = new Set(standing.among(bench.project).map(({ id }) => id))
    // A look at test images that the project had before says nothing of the given ones, and counts as a look all the same.
    if (!images.some(({ id }) => among.has(id))) return leftOut(`none of the given images is a labelled one of the split ${split}`)
    await bench.evaluate({ ...request, modelId: choiceHere(replay, request.modelId) }, hooks)
    return done(`on ${split}, ${counted(images.length, 'image')}`)
  } catch (thrown) {
    const { code, message } = toErrorInfo(thrown)
    if (NOT_MEASURED.includes(code)) return leftOut(withoutStop(message))
    throw thrown
  }
}

async function exportAgain(request: StepOf<'export'>['request'], file: string, replay: Replay): Promise<Came> {
  const { bench, standing, hooks } = replay
  const { source, runId, of } = request
  if (standing.images === null && of !== null && !bench.images().some(isNamed(of))) return leftOut('none of the images is meant by it')
  const asked = {
    ...request,
    file,
    source: source === null || source.kind === 'truth' ? source : { ...source, runId: runHere(replay, source.runId) },
    runId: runId === null ? null : runHere(replay, runId),
    modelId: modelHere(replay, request.modelId),
    of: standing.images === null ? of : { images: [...standing.images] },
  }
  try {
    const written = await bench.export(asked, hooks.printPdf, hooks)
    return done(`${written.file}, ${counted(written.rows, 'row')}`)
  } catch (thrown) {
    const { code, message } = toErrorInfo(thrown)
    if (code === 'nothing-labelled') return leftOut(withoutStop(message))
    throw thrown
  }
}

const withoutStop = (sentence: string): string => sentence.replace(/\.$/, '')

/** The model that stands for one of the log. What is missing is told before anything is done: `foresee`. */
function modelHere({ bench, standing }: Replay, id: ModelId | null | undefined): ModelId | null {
  if (id === null || id === undefined) return null
  const here = standing.model(bench.project, id)
  if (here !== null) return here
  throw new AppError('no-such-model', `It needs the model ${id}, which this project does not have.`, 'Import it first.')
}

function choiceHere(replay: Replay, choice: ModelChoice): ModelChoice {
  return choice === 'latest' || choice === 'ensemble' ? choice : modelHere(replay, choice)!
}

/** The run that stands for one of the log. */
function runHere({ bench, standing }: Replay, id: RunId): RunId {
  const here = standing.run(bench.project, id)
  if (here !== null) return here
  throw new AppError('no-run', 'It is about predictions that were not made again.', 'Replay the prediction too.')
}
