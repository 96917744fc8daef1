import { describe, expect, it } from 'vitest'
import { imageId, runId } from '#shared/records/ids.ts'
import type { Shape } from '#shared/records/shape.ts'
import { WorkbenchEmitter } from '../../../src/main/workbench/events.ts'
import { reviewedPredictions } from '../../../src/main/workbench/counts/final-count.ts'
import { OpenProject } from '../../../src/main/workbench/open-project.ts'
import { reviewItemsOf } from '../../../src/main/workbench/review-items.ts'
import { itemsOf } from '../../../src/renderer/review/items.ts'
import { estimateOf } from '../../../src/renderer/review/live-estimate.ts'
import { queueOf } from '../../../src/renderer/review/queue.ts'
import { finalCount } from '#shared/counts/final.ts'
import { createRandom } from '#shared/random.ts'
import { box, edit, image, model, newProject, run } from '../project/fixtures.ts'

const RUN = runId.parse('r')

/** 300 predictions of two classes on two images, some of them twins; the queue of all from 0.3 up half decided, and labels of a person beside. */
async function reviewed() {
  const db = await newProject()
  const images = ['a', 'b'].map((id) => image(id, { state: 'in-work', group: id }))
  db.commit(edit({ images }))
  db.putModel(model('m'))
  const classes = db.classes().map(({ id }) => id)
  const random = createRandom(5)
  const boxOf = (): Shape => ({ type: 'box', x: random.uniform(0, 560), y: random.uniform(0, 400), width: random.uniform(15, 60), height: random.uniform(15, 60) }) // prettier-ignore
  const found = Array.from({ length: 300 }, (_, i) => ({ imageId: images[i % 2]!.id, classId: classes[random.int(2)]!, score: random.next(), shape: boxOf() })) // prettier-ignore
  db.addRun(run(RUN, model('m').id), images.map(({ id }) => id), found) // prettier-ignore
  db.commit(edit({ annotations: [box('drawn', { imageId: imageId.parse('a'), classId: classes[1]! }, { shape: boxOf() })] }))
  const project = new OpenProject(db, new WorkbenchEmitter(), 'Ada')
  return { db, project, images, random }
}

/** As the window tells it from what it has read. */
function live(project: OpenProject, low: number) {
  const columns = reviewItemsOf(project, { runId: RUN, finishedToo: false })
  const items = itemsOf(columns)
  const groupOf = (id: string): string | null => project.image(imageId.parse(id)).group
  const made = queueOf({ items, columns, doubts: new Map(), groupOf }, () => true, { order: 'help', low, high: 1 })
  return { ...made, ...estimateOf({ columns, items, ...made, low, answers: columns.answers, finished: new Set(), shown: columns.shown })! }
}

describe('the count once all is decided', () => {
  it('is told alike by Review and by a report, at any score, and is never below what is labelled', async () => {
    const { db, project, images, random } = await reviewed()
    for (const { id } of live(project, 0.3).queue.slice(0, 110)) {
      // What is shown by now is asked about no more.
      if (!reviewItemsOf(project, { runId: RUN, finishedToo: false }).ids.includes(id)) continue
      db.decide({ predictions: [id], kind: random.chance(0.7) ? 'accept' : 'reject', to: null }, 'Ada')
    }
    const labelled = project.db.classes().map(({ id }) => db.annotations().filter(({ classId }) => classId === id).length)
    for (const score of [0.3, 0.5, 0.8]) {
      const final = live(project, score)
      const { labels, estimate } = final
      expect(final).toMatchObject(finalCount(reviewedPredictions(project, RUN, images, score)!))
      for (const [at, { known, interval }] of estimate.perClass.entries()) {
        expect(known + labels[at]!).toBe(labelled[at])
        expect(interval.lower + labels[at]!).toBeGreaterThanOrEqual(labelled[at]!)
      }
    }
    expect(live(project, 0.5).labels[0]).toBeGreaterThan(live(project, 0.3).labels[0]!)
    expect(live(project, 0.5).estimate.sampled).toBeGreaterThan(0)
    await db.close()
  })
})
