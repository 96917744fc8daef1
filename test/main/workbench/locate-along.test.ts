import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { locateAlong } from '../../../src/main/workbench/locate-along.ts'
import { Workbench } from '../../../src/main/workbench/workbench.ts'
import { picture, save, temporaryFolder } from '../images/fixtures.ts'

const NAMES = ['a/1.png', 'a/2.png', 'b/c/3.png', 'b/4.png', 'b/5.png']

async function given(): Promise<{ root: string; bench: Workbench; locate: (name: string, file: string) => Promise<string[]> }> {
  const root = temporaryFolder()
  for (const [i, name] of NAMES.entries()) await save(path.join(root, 'old', name), picture(i))
  const bench = await Workbench.create({ folder: path.join(root, 'p'), task: 'detection', classes: ['A'] }, 'tester')
  onTestFinished(() => bench.close())
  await bench.import({ paths: [path.join(root, 'old')] })
  /** Names of the images that were found along. */
  const locate = async (name: string, file: string): Promise<string[]> => {
    const image = bench.images().find((one) => one.name === name)!
    const { absolutePath } = await bench.locate(image.id, path.join(root, file))
    const ids = await locateAlong(bench, { from: image.absolutePath, to: absolutePath })
    return bench
      .images()
      .flatMap(({ id, name: other }) => (ids.includes(id) ? [other] : []))
      .sort()
  }
  return { root, bench, locate }
}

it('finds what moved along with one file, in the same place below the folder that moved, as one edit', async () => {
  const { root, bench, locate } = await given()
  renameSync(path.join(root, 'old'), path.join(root, 'new'))
  // In its place, but another picture.
  writeFileSync(path.join(root, 'new/b/5.png'), 'other')
  const images = bench.images().length
  expect(await locate('1.png', 'new/a/1.png')).toEqual(['2.png', '3.png', '4.png'])
  expect((await bench.files.missing()).map((id) => bench.images().find((one) => one.id === id)?.name)).toEqual(['5.png'])
  bench.undo()
  expect([bench.images().length, (await bench.files.missing()).length]).toEqual([images, 4])
})

it('finds what lies beside it now, wherever it was, and nothing where nothing came along', async () => {
  const { root, locate } = await given()
  mkdirSync(path.join(root, 'flat'))
  for (const name of NAMES.slice(0, 4)) renameSync(path.join(root, 'old', name), path.join(root, 'flat', path.basename(name)))
  renameSync(path.join(root, 'flat/1.png'), path.join(root, 'flat/renamed.png'))
  expect(await locate('1.png', 'flat/renamed.png')).toEqual(['2.png', '3.png', '4.png'])
  expect(await locate('2.png', 'flat/2.png')).toEqual([])
})
