import { judgeAreas, type JudgedAreas } from '#shared/metrics/area-comparison.ts'
import type { Key } from '#shared/metrics/detection-records.ts'
import type { Steps } from '#shared/steps.ts'
import { evaluatedAreas } from './evaluated-areas.ts'
import type { Compared, ComparedRuns, EvaluatedImage } from './workbench-task.ts'

type Row = ComparedRuns['images'][number]

/** Two segmentations of the same images: which labelled objects each found, and how well its pixels fit. */
export function* compareAreas({ images, classes, readA, readB, score }: Compared): Steps<ComparedRuns> {
  const places = new Map(classes.map(({ id }, i) => [id, i + 1]))
  function* judged(read: EvaluatedImage): Steps<Judged> {
    const source = evaluatedAreas(read, places, score)
    const { truths, found, wrong, dice } = yield* judgeAreas(source, classes.length + 1)
    const idOf = (number: number): Key => source.truthIds[number - 1]!
    return {
      truths: [...truths].map(idOf),
      found: new Set([...found].map(idOf)),
      wrong: wrong.map((number) => source.predictedIds[number - 1]!),
      dice,
    }
  }
  const rows: Row[] = []
  for (const image of images) {
    const [a, b] = [yield* judged(readA(image)), yield* judged(readB(image))]
    const those = (inA: boolean, inB: boolean): Key[] => a.truths.filter((id) => a.found.has(id) === inA && b.found.has(id) === inB)
    rows.push({
      imageId: image.id,
      ...{ both: those(true, true), onlyA: those(true, false), onlyB: those(false, true), neither: those(false, false) },
      ...{ wrongA: a.wrong, wrongB: b.wrong, dice: { a: a.dice, b: b.dice } },
    })
  }
  return { kind: 'areas', images: rows.sort((one, other) => unlike(other) - unlike(one) || apart(other) - apart(one)) }
}

interface Judged extends Pick<JudgedAreas, 'dice'> {
  readonly truths: readonly Key[]
  readonly found: ReadonlySet<Key>
  readonly wrong: readonly Key[]
}

const unlike = ({ onlyA, onlyB }: Row): number => onlyA.length + onlyB.length
const apart = ({ dice }: Row): number => Math.abs((dice?.a ?? 0) - (dice?.b ?? 0))
