import type { AnnotationRecord } from '#shared/records/annotation.ts'
import type { ClassId } from '#shared/records/ids.ts'
import { stepped, type Steps } from '#shared/steps.ts'
import type { Compared, ComparedRuns, EvaluatedImage } from './workbench-task.ts'

type Row = ComparedRuns['images'][number]

interface Judging {
  /** The label that says what the image is; undefined: nobody did. */
  readonly labelOf: (image: EvaluatedImage) => AnnotationRecord | undefined
  /** Whether a class that is said of the image as a whole is what the label says. */
  readonly isRight: (said: ClassId, label: AnnotationRecord) => boolean
}

/** Two runs that say a class of each image as a whole: who is right on which; images without a label or an answer are left out. */
export function* compareImages({ images, classes, readA, readB }: Compared, { labelOf, isRight }: Judging): Steps<ComparedRuns> {
  const names = new Map(classes.map(({ id, name }) => [id, name]))
  const rows = yield* stepped(images, (image): Row[] => {
    const a = readA(image)
    const [label, saidA, saidB] = [labelOf(a), saidOf(a), saidOf(readB(image))]
    if (!label || saidA === undefined || saidB === undefined) return []
    const [rightA, rightB] = [isRight(saidA, label), isRight(saidB, label)]
    const when = (inA: boolean, inB: boolean): string[] => (rightA === inA && rightB === inB ? [label.id] : [])
    const said = { label: names.get(label.classId) ?? '', a: names.get(saidA) ?? '', b: names.get(saidB) ?? '' }
    return [
      {
        imageId: image.id,
        ...{ both: when(true, true), onlyA: when(true, false), onlyB: when(false, true), neither: when(false, false) },
        ...{ wrongA: [], wrongB: [], said },
      },
    ]
  })
  return { kind: 'images', images: rows.flat().sort((one, other) => rank(one) - rank(other)) }
}

/** First those that one alone has right, then those that neither has. */
const rank = ({ both, neither }: Row): number => (both.length > 0 ? 2 : neither.length > 0 ? 1 : 0)

const saidOf = ({ predictions }: EvaluatedImage): ClassId | undefined => predictions.find(({ shape }) => shape.type === 'image')?.classId
