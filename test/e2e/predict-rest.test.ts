import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { Workbench } from '../../src/main/workbench/index.ts'
import { detectorGraph } from '../main/workbench/foreign-graphs.ts'
import { snapshot } from './ask.ts'
import { writeSmears } from './home.ts'
import { inProject } from './in-project.ts'
import { openImage, shoot } from './session.ts'

const WAIT = { timeout: 60_000 }

describe('images that came after a prediction', () => {
  const given = inProject('Later', async (folder, { images }) => {
    const files = await writeSmears(images, 4)
    const bench = await Workbench.create({ folder, task: 'detection', classes: ['RBC', 'WBC'] }, 'Test')
    try {
      const graph = path.join(images, 'net.onnx')
      await writeFile(graph, detectorGraph())
      await bench.library.import({ file: graph, foreign: {} })
      await bench.import({ paths: files.slice(0, 2).map((file) => file.path) })
      await bench.predict({ modelId: 'latest', minScore: 0.001 })
      await bench.import({ paths: files.slice(2).map((file) => file.path) })
    } finally {
      await bench.close()
    }
    return files
  })
  const note = () => given.page.getByRole('note', { name: 'Images without predictions' })
  const shown = (): Promise<string | null> => given.page.getByRole('status', { name: 'Predictions shown' }).textContent()

  it('are told in Count, Review and on themselves, and join the run when they are predicted', async () => {
    const { page } = given
    const [run] = (await snapshot(page)).runs
    expect(run).toMatchObject({ images: 2 })
    await openImage(page, given.made[0]!)
    await expect.poll(shown).toBe('2 shown, 0 below the score')
    await openImage(page, given.made[2]!)
    await expect.poll(shown).toBe('This run has not looked at this image.')
    await shoot(given.session, 'rest-label')
    for (const place of ['Control+3', 'Control+4']) {
      await page.keyboard.press(place)
      await expect.poll(() => note().textContent()).toContain('2 images have no predictions of this run.')
      await shoot(given.session, `rest-${place.at(-1)!}`)
    }
    // Where nothing is left to decide, the same is offered.
    await page.keyboard.press('Control+3')
    await page.getByRole('slider', { name: 'Lowest score' }).press('End')
    await page.getByText('Nothing is left of what this run has looked at').waitFor()
    expect(await note().count()).toBe(2)
    await shoot(given.session, 'rest-nothing-left')
    await note().last().getByRole('button').click()
    await expect.poll(() => note().count(), WAIT).toBe(0)
    await page.getByRole('slider', { name: 'Lowest score' }).press('Home')
    expect((await snapshot(page)).runs).toMatchObject([{ id: run!.id, images: 4, objects: 8 }])
    await page.keyboard.press('Control+1')
    await openImage(page, given.made[2]!)
    await expect.poll(shown).toBe('2 shown, 0 below the score')
    await page.keyboard.press('Control+3')
    await expect.poll(() => page.getByRole('main').textContent()).toContain('0 of 8')
    expect(await note().count()).toBe(0)
  })
})
