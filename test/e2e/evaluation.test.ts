import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Workbench } from '../../src/main/workbench/index.ts'
import { keepLearnedImages } from '../../src/main/workbench/learned-images.ts'
import { classifierGraph } from '../main/workbench/foreign-graphs.ts'
import { anAnnotation } from '../main/workbench/records.ts'
import { writeImages } from '../main/workbench/untrained.ts'
import { makeHome, type Home } from './home.ts'
import { projectFolder, shoot, startApp, type Session } from './session.ts'

const WAIT = { timeout: 60_000 }

/** Three labelled validation images, one of which is gone, and a model that learned from one of the others. */
async function projectWithModel(home: Home): Promise<void> {
  const bench = await Workbench.create(
    { folder: projectFolder(home, 'Cells'), task: 'classification', classes: ['Healthy', 'Infected'] },
    'Ada',
  )
  try {
    const files = await writeImages(home.folder, 3)
    await bench.import({ paths: files, split: 'val' })
    const [, infected] = bench.classes()
    const annotations = bench.images().map(({ id }) => anAnnotation(`label-${id}`, id, { classId: infected!.id, shape: { type: 'image' } }))
    bench.edit({ label: 'Labels', put: { annotations }, remove: {} })
    const graph = path.join(home.folder, 'net.onnx')
    writeFileSync(graph, classifierGraph({ names: "{0: 'Infected', 1: 'Healthy'}" }))
    const { model } = await bench.library.import({ file: graph })
    rmSync(files[2]!)
    await bench.predict({ modelId: model.id })
    const [first] = bench.images().sort((a, b) => (a.name < b.name ? -1 : 1))
    keepLearnedImages(bench.project, model.id, { train: [first!.id], val: [] })
  } finally {
    await bench.close()
  }
}

describe('An evaluation in the real window', () => {
  let home: Home
  let session: Session

  beforeAll(async () => {
    home = makeHome()
    await projectWithModel(home)
    session = await startApp(home, projectFolder(home, 'Cells'))
  }, 180_000)
  afterAll(async () => {
    // The picture of the image that is gone.
    expect(session.faults.filter((fault) => !fault.endsWith('404 (Not Found)'))).toEqual([])
    await session.close()
    home.remove()
  })

  it('says which images are left out, which were learned from, and by what its intervals were drawn', async () => {
    const { page } = session
    await page.getByRole('main', { name: 'Label' }).waitFor()
    await page.keyboard.press('Control+4')
    const notes = page.getByRole('main', { name: 'Count' }).getByRole('note')
    await notes.filter({ hasText: /^1 image could not be read and is left out: image-2/ }).waitFor(WAIT)
    await page.getByRole('note', { name: 'Seen before' }).waitFor()
    expect(await page.getByRole('note', { name: 'Seen before' }).textContent()).toMatch(/^The model learned from 1 of these images/)
    await page.getByText('The 95 % intervals were drawn by image, 2 of them').waitFor()
    await notes.filter({ hasText: 'From 2 images only: the 95 % intervals are likely too narrow.' }).waitFor()
    await shoot(session, 'evaluation-cautions')
  })
})
