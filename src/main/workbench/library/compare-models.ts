import { compareRequest, comparison, type CompareRequest, type ModelComparison } from '#shared/contracts/comparison.ts'
import { AppError } from '#shared/errors.ts'
import { evaluatedImages, readEvaluated } from '../evaluation.ts'
import type { JobHooks } from '../outcomes.ts'
import { workbenchTask } from '../tasks/registry.ts'
import type { Workbench } from '../workbench.ts'

/**
 * Two models image by image on a split: what both found, what one alone, what neither. Each predicts first where no run of it has seen all of
 * these images, and both looks at test images are noted. @throws AppError `not-comparable`, or as `evaluate`.
 */
export async function compareModels(
  bench: Pick<Workbench, 'project' | 'evaluate'>,
  input: CompareRequest,
  hooks: JobHooks = {},
): Promise<ModelComparison> {
  const { a, b, score, ...look } = compareRequest.parse(input)
  const { project } = bench
  const task = workbenchTask(project.task)
  if (!task.compare)
    throw new AppError(
      'not-comparable',
      'Models of this kind of project are compared by their scores alone.',
      'slidewright evaluate gives them.',
    )
  const runA = (await bench.evaluate({ ...look, modelId: a, score }, hooks)).run
  const runB = (await bench.evaluate({ ...look, modelId: b, score }, hooks)).run
  const countedFrom = score ?? task.countedFrom
  const images = evaluatedImages(project, look.split).images
  const [readA, readB] = [readEvaluated(project, () => runA), readEvaluated(project, () => runB)]
  const judged = images.filter((image) => readA(image).parts?.length !== 0)
  const compared = task.compare({ classes: project.db.classes(), images: judged, readA, readB, score: countedFrom })
  return comparison.parse({ runA, runB, score: countedFrom, images: compared })
}
