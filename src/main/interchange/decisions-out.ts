import { isPlaced, shapeBounds } from '#shared/geometry/shape-bounds.ts'
import type { AnnotationRecord } from '#shared/records/annotation.ts'
import type { ClassRecord } from '#shared/records/class.ts'
import { flagKey, type FlagRecord } from '#shared/records/flag.ts'
import type { AnnotationId, ClassId } from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { DecisionRecord } from '#shared/records/prediction.ts'
import type { Shape } from '#shared/records/shape.ts'
import { writeWhole } from '../../files/write-whole.ts'
import { BYTE_ORDER_MARK, csvText, type Cell } from './csv-text.ts'
import { rounded, type WrittenLabels } from './label-set.ts'

export interface DecisionsTable {
  readonly images: readonly ImageRecord[]
  readonly classes: readonly ClassRecord[]
  readonly decisionsOf: (image: ImageRecord) => readonly DecisionRecord[]
  /** The name of the model whose prediction was decided on. */
  readonly modelOf: (decision: DecisionRecord) => string
  readonly annotation: (id: AnnotationId) => AnnotationRecord | undefined
  /** What a flag on a prediction is about; undefined where that is no more. */
  readonly prediction: (flag: FlagRecord) => { readonly classId: ClassId; readonly shape: Shape; readonly score: number } | undefined
  readonly flags: readonly FlagRecord[]
}

const COLUMNS = ['image', 'decision', 'class', 'score', 'to_class', 'x', 'y', 'width', 'height', 'model', 'who', 'at', 'flagged', 'flag_note', 'flag_by', 'flag_at'] as const // prettier-ignore

/**
 * Writes what people decided on predictions, a row each: what the model said (`class`, `score`), what became of it (`decision`: accept, correct or
 * reject; `to_class`, with the bounds that it has now), who and when, and the flag for a colleague with its note. Flags on what was never
 * decided on follow, without a decision; of an image as a whole without a class. x, y, width and height are of the bounds, in pixels of the full
 * image. UTF-8 with byte order mark, for Excel.
 *
 * @throws AppError as `writeWhole`.
 */
export async function writeDecisions(file: string, table: DecisionsTable): Promise<WrittenLabels> {
  const rows = decisionRows(table)
  await writeWhole(file, BYTE_ORDER_MARK + csvText(rows))
  return { rows: rows.length - 1, notes: [] }
}

/** The table as cells, names of the columns first. */
export function decisionRows(table: DecisionsTable): Cell[][] {
  const flags = new Map(table.flags.map((flag) => [flagKey(flag), flag]))
  const names = new Map(table.classes.map(({ id, name }) => [id, name]))
  const rows = table.images.flatMap((image) => {
    const decided = table.decisionsOf(image).map((decision): Cell[] => {
      const flag = flagOf(flags, decision)
      if (flag) flags.delete(flagKey(flag))
      const { from, to } = decision
      const shape = (to ?? from).shape
      const said = [names.get(from.classId) ?? null, rounded(from.score, 6), to === null ? null : (names.get(to.classId) ?? null)]
      return [
        ...[image.name, decision.kind, ...said, ...bounds(shape), table.modelOf(decision), decision.who, decision.at],
        ...flagCells(flag),
      ]
    })
    const own = [...flags.values()].filter(({ imageId }) => imageId === image.id)
    return [...decided, ...own.map((flag) => undecidedRow(table, { image, flag, names }))]
  })
  return [[...COLUMNS], ...rows]
}

function flagOf(flags: ReadonlyMap<string, FlagRecord>, { imageId, predictionId, annotationId }: DecisionRecord): FlagRecord | undefined {
  const onPrediction = flags.get(flagKey({ imageId, predictionId, annotationId: null }))
  return onPrediction ?? (annotationId === null ? undefined : flags.get(flagKey({ imageId, predictionId: null, annotationId })))
}

interface Undecided {
  readonly image: ImageRecord
  readonly flag: FlagRecord
  readonly names: ReadonlyMap<ClassId, string>
}

function undecidedRow(table: DecisionsTable, { image, flag, names }: Undecided): Cell[] {
  const prediction = flag.predictionId === null ? undefined : table.prediction(flag)
  const object = flag.annotationId === null ? prediction : table.annotation(flag.annotationId)
  const name = object === undefined ? null : (names.get(object.classId) ?? null)
  const where = object === undefined ? [null, null, null, null] : bounds(object.shape)
  return [image.name, null, name, prediction ? rounded(prediction.score, 6) : null, null, ...where, null, null, null, ...flagCells(flag)]
}

function bounds(shape: Shape): Cell[] {
  if (!isPlaced(shape)) return [null, null, null, null]
  const { x, y, width, height } = shapeBounds(shape)
  return [x, y, width, height].map((value) => rounded(value, 3))
}

const flagCells = (flag: FlagRecord | undefined): Cell[] => (flag ? [1, flag.note, flag.author, flag.createdAt] : [0, null, null, null])
