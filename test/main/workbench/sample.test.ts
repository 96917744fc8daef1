import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeSmears } from '../../../src/main/workbench/demo/smears.ts'
import { Workbench } from '../../../src/main/workbench/index.ts'
import { withPictures } from '../../../src/main/workbench/picture-link.ts'
import { makeSample } from '../../../src/main/workbench/sample.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'slidewright-sample-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe('the sample', () => {
  it('has twelve finished images, one on which three red cells have no box yet, and others without any', async () => {
    const bench = await Workbench.open(await makeSample(folder))
    try {
      const images = bench.images().toSorted((a, b) => a.name.localeCompare(b.name))
      expect(images.map(({ state }) => state)).toEqual(
        Array.from({ length: 24 }, (_, at) => (at < 12 ? 'done' : at === 12 ? 'in-work' : 'unlabelled')),
      )
      const truth = await withPictures((pictures) => makeSmears(pictures, path.join(folder, 'again'), 13, 11))
      const { objects, name } = truth[12]!
      expect(images[12]!.name).toBe(name)
      const boxed = bench.project.db
        .annotations()
        .filter(({ imageId }) => imageId === images[12]!.id)
        .map(({ shape }) => JSON.stringify(shape))
      const left = objects.filter(({ box }) => !boxed.includes(JSON.stringify({ type: 'box', ...box })))
      expect(left.map(({ className }) => className)).toEqual(['RBC', 'RBC', 'RBC'])
      expect(boxed).toHaveLength(objects.length - 3)
      // Nothing tells that it were done.
      expect(bench.project.db.historyState().undo).toMatch(/^Draw /)
    } finally {
      await bench.close()
    }
  }, 60_000)
})
