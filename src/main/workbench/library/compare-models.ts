import { compareRequest, comparison, type CompareRequest, type ModelComparison } from '#shared/contracts/comparison.ts'
import { mcnemarExact } from '#shared/metrics/mcnemar.ts'
import { canBeJudged, readEvaluated } from '../evaluation.ts'
import { seenBefore } from '../learned-images.ts'
import type { JobHooks } from '../outcomes.ts'
import { workbenchTask } from '../tasks/registry.ts'
import type { ComparedRuns } from '../tasks/workbench-task.ts'
import { noteTestLook } from '../test-looks.ts'
import { inTurns } from '../turns.ts'
import type { Workbench } from '../workbench.ts'

/**
 * Two models image by image on a split: what both found, what one alone, what neither. Each predicts first where no run of it has seen all of
 * these images, and both looks at test images are noted. @throws AppError as `evaluate`.
 */
export async function compareModels(
  bench: Pick<Workbench, 'project' | 'runOver'>,
  input: CompareRequest,
  hooks: JobHooks = {},
): Promise<ModelComparison> {
  const { a, b, score, ...look } = compareRequest.parse(input)
  const { project } = bench
  const task = workbenchTask(project.task)
  const ofA = await bench.runOver({ ...look, modelId: a, score }, hooks)
  const ofB = await bench.runOver({ ...look, modelId: b, score }, hooks)
  const [readA, readB] = [readEvaluated(project, () => ofA.run), readEvaluated(project, () => ofB.run)]
  const countedFrom = score ?? task.countedFrom
  const seenByB = new Set(ofB.images.map(({ id }) => id))
  const judged = ofA.images.filter((image) => seenByB.has(image.id) && canBeJudged(project, image))
  const steps = task.compare({ classes: project.db.classes(), images: judged, readA, readB, score: countedFrom })
  const { kind, images } = await inTurns(steps)
  const testLooks = look.split === 'test' ? noteTestLook(project, ofA.models, ofB.models) : []
  const mcnemar = kind === 'images' ? mcnemarOf(images) : null
  const seen = { a: seenBefore(project, ofA.models, judged), b: seenBefore(project, ofB.models, judged) }
  const runs = { runA: ofA.run, runB: ofB.run }
  return comparison.parse({
    kind,
    split: look.split,
    ...runs,
    score: countedFrom,
    images,
    mcnemar,
    seenBefore: seen,
    inPart: ofA.inPart,
    testLooks,
  })
}

function mcnemarOf(images: ComparedRuns['images']): ModelComparison['mcnemar'] {
  const [onlyA, onlyB] = [images.filter((row) => row.onlyA.length > 0).length, images.filter((row) => row.onlyB.length > 0).length]
  return { onlyA, onlyB, p: mcnemarExact(onlyA, onlyB) }
}
