import { say } from '#shared/i18n/say.ts'
import { type AgreementView, type ItemToRead, NOTHING, type ReadersView, type ReadingRequest } from '#shared/contracts/readers.ts'
import { AppError } from '#shared/errors.ts'
import { groupBy } from '#shared/group-by.ts'
import { isPlaced, shapeBounds } from '#shared/geometry/shape-bounds.ts'
import { agreementOf } from '#shared/metrics/reader-agreement.ts'
import type { Change } from '#shared/records/edit.ts'
import { type ClassId, type ImageId, newId, type PredictionId, readingId, type RunId } from '#shared/records/ids.ts'
import type { DecisionRecord } from '#shared/records/prediction.ts'
import type { ReadingRecord } from '#shared/records/reading.ts'
import type { OpenProject } from './open-project.ts'

/** How a person answered a prediction; null = nothing that is to be labelled. */
const answerOf = ({ kind, from, to }: DecisionRecord): ClassId | null => (kind === 'reject' ? null : (to ?? from).classId)

/**
 * Second readings of a run. Whoever reads after somebody else is asked about what that one decided on and sees nothing of it. The rule:
 * - a second reading is stored apart (`ReadingRecord`), together with the first reader's answer as it was then; no annotation follows from it;
 * - where readers agree, nothing is to be done; where they differ, the first decision stands until somebody settles the prediction;
 * - settling is a decision like any other, signed by who settles, and newer than the readings: that is how it is told from an open difference.
 *
 * @throws AppError `no-such-run`.
 */
export function readersOf(project: OpenProject, runId: RunId): ReadersView {
  const { db, person } = project
  project.run(runId)
  const decisions = new Map(db.decisionsOfRun(runId).map((one) => [one.predictionId, one]))
  const readings = groupBy(db.readings({ runId }), ({ predictionId }) => predictionId!)
  const order = new Map(db.images().map(({ id }, at) => [id, at]))
  const known = new Set(db.classes().map(({ id }) => id))
  const asked = [...decisions.values()]
    .filter(({ from, imageId }) => known.has(from.classId) && order.has(imageId))
    .sort((a, b) => order.get(a.imageId)! - order.get(b.imageId)! || b.from.score - a.from.score)
  const toRead = asked.filter(
    ({ who, predictionId }) => who !== person && !(readings.get(predictionId) ?? []).some((one) => one.who === person),
  )
  const toSettle = asked.flatMap((decision) => {
    const said = readings.get(decision.predictionId) ?? []
    return differsAfter(said, decision) ? [{ ...itemOf(decision), said: said.map(({ who, classId }) => ({ who, classId })) }] : []
  })
  return { person, toRead: toRead.map(itemOf), toSettle, agreement: agreementView(project, readings) }
}

/** How far the readers of a run agree on some images; null with fewer than two of them. @throws AppError `no-such-run`. */
export function agreementOn(project: OpenProject, runId: RunId, images: ReadonlySet<ImageId>): AgreementView | null {
  project.run(runId)
  const readings = project.db.readings({ runId }).filter(({ imageId }) => images.has(imageId))
  return agreementView(
    project,
    groupBy(readings, ({ predictionId }) => predictionId!),
  )
}

/** Whether readers say different things and no decision was made since the last of them read. */
function differsAfter(said: readonly ReadingRecord[], { at }: DecisionRecord): boolean {
  return new Set(said.map(({ classId }) => classId)).size > 1 && said.some((one) => one.at > at)
}

function itemOf({ predictionId, imageId, from }: DecisionRecord): ItemToRead {
  const { classId, score, shape } = from
  return { predictionId, imageId, classId, score, box: isPlaced(shape) ? shapeBounds(shape) : null }
}

function agreementView({ db }: OpenProject, readings: ReadonlyMap<PredictionId, readonly ReadingRecord[]>): AgreementView | null {
  const classes = db.classes()
  const categories = [...classes.map(({ id }): ClassId | null => id), null]
  const items = [...readings.values()].map((said) => ({
    image: said[0]!.imageId,
    said: new Map(said.map(({ who, classId }) => [who, categories.indexOf(classId)])),
  }))
  const found = agreementOf(items, categories.length)
  if (found === null) return null
  const names = [...classes.map(({ name }) => name), NOTHING]
  const { readers, kind, overall, perCategory, perImage, pairs } = found
  return {
    ...{ readers: [...readers], kind, overall, pairs: [...pairs] },
    perClass: perCategory.map((agreement, at) => ({ name: names[at]!, agreement })),
    perImage: perImage.map(({ image, agreement }) => ({ imageId: image as ImageId, agreement })),
  }
}

/** Keeps what the person at the desk says of a prediction that somebody else decided on: apart, and no annotation follows from it. @throws AppError `nothing-to-read`. */
export function readOnceMore(project: OpenProject, { predictionId, classId }: ReadingRequest): Change {
  const { person } = project
  const { decision, said } = situation(project, predictionId)
  const { imageId } = decision
  const now = new Date().toISOString()
  // The first answer is always the older one, whatever the clocks say.
  const at = now > decision.at ? now : new Date(Date.parse(decision.at) + 1).toISOString()
  const mine = said.find(({ who }) => who === person)
  const own = { id: mine?.id ?? readingId.parse(newId()), imageId, annotationId: null, predictionId, classId, who: person, at }
  const readings: ReadingRecord[] = [own]
  if (!said.some(({ who }) => who === decision.who) && decision.who !== person) {
    const first = { classId: answerOf(decision), who: decision.who, at: decision.at }
    readings.push({ id: readingId.parse(newId()), imageId, annotationId: null, predictionId, ...first })
  }
  return project.commit({ label: say('Read once more'), put: { readings }, remove: {} })
}

/** Settles what readers say differently of a prediction: a decision, signed by the person at the desk. @throws AppError `nothing-to-read`, `object-locked`. */
export function settleReading(project: OpenProject, { predictionId, classId }: ReadingRequest): Change {
  const { db, person } = project
  const { decision } = situation(project, predictionId)
  if (answerOf(decision) === classId) {
    const signed: DecisionRecord = { ...decision, who: person, at: new Date().toISOString() }
    return project.commit({ label: say('Settle a reading'), put: { decisions: [signed] }, remove: {} })
  }
  const kind = classId === null ? 'reject' : classId === decision.from.classId ? 'accept' : 'correct'
  const to = kind === 'correct' ? { classId: classId! } : null
  const { locked, ...change } = db.decide({ predictions: [predictionId], kind, to }, person)
  if (locked.length > 0) throw new AppError('object-locked', 'This object is locked.', 'Unlock it to change it.')
  return project.tell(change)
}

function situation({ db }: OpenProject, predictionId: PredictionId): { decision: DecisionRecord; said: ReadingRecord[] } {
  const prediction = db.prediction(predictionId)
  const decision = prediction && db.decisionsOf(prediction.imageId).find((one) => one.predictionId === predictionId)
  if (!decision)
    throw new AppError('nothing-to-read', 'Nobody has decided on this any more.', 'Nothing was changed. Go on with the next one.')
  const said = db.readings({ imageId: decision.imageId }).filter((one) => one.predictionId === predictionId)
  return { decision, said }
}
