import { describe, expect, it } from 'vitest'
import { projectWithRun } from './given-run.ts'
import { writeSmears } from './home.ts'
import { inProject } from './in-project.ts'
import { shoot } from './session.ts'

describe('a window of which a part fails', () => {
  const given = inProject('Broken', async (folder, { images }) => {
    const files = await writeSmears(images, 1)
    await projectWithRun(folder, files, [{ image: files[0]!.name, className: 'RBC', score: 0.9, box: [10, 10, 40, 40] }])
  })

  it('says so there, leaves the rest in use, and comes back by a button', async () => {
    const { page, session } = given
    // The numbers of one image in three classes cannot be had any more.
    await page.evaluate(() => {
      const broken = new Proxy(Uint32Array, {
        construct: (real, given: [number]) => {
          if (given[0] === 3) throw new Error('broken on purpose')
          return new real(...given)
        },
      })
      Object.assign(globalThis, { Uint32Array: broken })
    })
    await page.keyboard.press('Control+4')
    const told = page.getByRole('main', { name: 'Count' }).getByRole('alert').filter({ hasText: 'This part of the window broke' })
    await told.waitFor()
    await shoot(session, 'broken-part')
    expect(session.faults.some((fault) => fault.includes('broken on purpose'))).toBe(true)
    // What is beside it is there, and a new start of the window mends what only its memory had broken.
    await page.getByRole('complementary', { name: 'Left panel' }).getByText('Export counts').waitFor()
    await told.getByRole('button', { name: 'Show the window anew' }).click()
    await page.getByRole('status', { name: 'What is counted' }).waitFor()
    expect(await told.count()).toBe(0)
    session.faults.length = 0
  })
})
