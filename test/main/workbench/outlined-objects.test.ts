import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { imageId, runId } from '#shared/records/ids.ts'
import type { MaskShape, Shape } from '#shared/records/shape.ts'
import { shapeBounds } from '#shared/geometry/shape-bounds.ts'
import { atOnce } from '#shared/steps.ts'
import { WorkbenchEmitter } from '../../../src/main/workbench/events.ts'
import { exportFrom } from '../../../src/main/workbench/export.ts'
import { OpenProject } from '../../../src/main/workbench/open-project.ts'
import { reviewItemsOf } from '../../../src/main/workbench/review-items.ts'
import { secondLooksOf } from '../../../src/main/workbench/second-looks.ts'
import { discMask } from '../../renderer/records.ts'
import { pictures } from '../images/fixtures.ts'
import { box, edit, image, model, newProject, run, temporaryFolder } from '../project/fixtures.ts'

const RUN = runId.parse('r')
const A = imageId.parse('a')
const DISC = discMask(60, 40, 10) as MaskShape
/** A triangle: it covers half of its bounds, and goes by these. */
const TRIANGLE: Shape = { type: 'polygon', rings: [[100, 20, 140, 20, 140, 60]] }
const around = [{ x: 100, y: 20, width: 40, height: 40 }, shapeBounds(DISC)] as const

/** A finished image of a detection with a polygon and a mask, and a run that found the boxes round both and one more. */
async function outlined() {
  const db = await newProject()
  db.commit(edit({ images: [image('a', { state: 'done', split: 'train', width: 320, height: 240 })] }))
  db.putModel(model('m'))
  const [rbc] = db.classes().map(({ id }) => id)
  const said = { imageId: A, classId: rbc!, score: 0.9 }
  db.addRun(run(RUN, model('m').id), [A], [
    ...around.map((one) => ({ ...said, shape: { type: 'box' as const, ...one } })),
    { ...said, shape: { type: 'box' as const, x: 200, y: 100, width: 30, height: 30 } },
  ]) // prettier-ignore
  const on = { imageId: A, classId: rbc! }
  db.commit(edit({ annotations: [box('1-triangle', on, { shape: TRIANGLE }), box('2-disc', on, { shape: DISC })] }))
  const project = new OpenProject(db, new WorkbenchEmitter(), 'Ada')
  const written = async (format: 'voc' | 'yolo' | 'coco', ...file: string[]): Promise<string> => {
    const to = path.join(temporaryFolder(), 'out')
    await exportFrom(project, { file: to, what: 'annotations', format }, { pictures })
    return readFileSync(path.join(to, ...file), 'utf8')
  }
  return { db, project, written }
}

describe('outlined objects of a detection', () => {
  it('show what a run found, so that a review asks about the rest alone', async () => {
    const { project } = await outlined()
    const { shown, bounds } = reviewItemsOf(project, { runId: RUN, finishedToo: true })
    expect([[...shown], [...bounds]]).toEqual([[0], [200, 100, 30, 30]])
  })

  it('differ from a run only in what nobody drew', async () => {
    const { project } = await outlined()
    expect(atOnce(secondLooksOf(project, RUN))).toMatchObject([{ kind: 'extra', annotationId: null, box: { x: 200, y: 100 } }])
  })

  it('are written as the boxes round them where a format holds boxes alone, by their outlines where it holds these', async () => {
    const { written } = await outlined()
    const voc = await written('voc', 'Annotations', 'a.xml')
    const edges = [...voc.matchAll(/<(xmin|ymin|xmax|ymax)>([\d.]+)</g)].map((found) => Number(found[2]))
    expect(edges).toEqual(around.flatMap(({ x, y, width, height }) => [x, y, x + width, y + height]))
    const lines = (await written('yolo', 'labels', 'train', 'a.txt')).trim().split('\n')
    expect(lines).toHaveLength(2)
    expect(lines[0]!.split(' ').map(Number)).toEqual([0, 120 / 320, expect.closeTo(40 / 240, 7), 40 / 320, expect.closeTo(40 / 240, 7)])
    const { annotations } = JSON.parse(await written('coco')) as { annotations: { bbox: number[]; segmentation: unknown }[] }
    expect(annotations.map(({ bbox }) => bbox)).toEqual(around.map(({ x, y, width, height }) => [x, y, width, height]))
    expect(annotations[0]!.segmentation).toEqual([[100, 20, 140, 20, 140, 60]])
    expect(annotations[1]!.segmentation).toHaveProperty('counts')
  })
})
