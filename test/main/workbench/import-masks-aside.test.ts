import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { z } from 'zod'
import { importRequest } from '../../../src/shared/contracts/project.ts'
import { createProject } from '../../../src/main/project/create.ts'
import { WorkbenchEmitter } from '../../../src/main/workbench/events.ts'
import { importInto } from '../../../src/main/workbench/import.ts'
import { OpenProject } from '../../../src/main/workbench/open-project.ts'
import { pictures, temporaryFolder } from '../images/fixtures.ts'
import { put, savePicture } from '../interchange/context.ts'

const ASIDE = /pictures? (was|were) left aside/

async function folderWith(...names: string[]): Promise<string> {
  const root = temporaryFolder()
  for (const [i, name] of names.entries()) await savePicture(path.join(root, name), 40 + i, 30, 7 * i)
  return root
}

/** Imports a folder into a new detection project: the names of the images that it has then, and what was said of masks. */
async function imported(root: string, format: z.input<typeof importRequest>['format'] = 'auto') {
  const db = await createProject(path.join(temporaryFolder(), 'p'), { task: 'detection', classes: ['RBC'] })
  onTestFinished(() => db.close())
  const report = await importInto(new OpenProject(db, new WorkbenchEmitter(), 'tester'), importRequest.parse({ paths: [root], format }), {
    pictures,
  })
  const names = db.images().map(({ absolutePath }) => path.relative(root, absolutePath).split(path.sep).join('/'))
  return { names: names.sort(), notes: report.notes.filter((note) => ASIDE.test(note)), objects: db.annotations().length }
}

const labelMe = (imagePath: string): string =>
  JSON.stringify({ version: '5.4', imagePath, shapes: [{ label: 'RBC', shape_type: 'rectangle', points: [[2, 3], [12, 13]] }] }) // prettier-ignore

const voc = (name: string): string =>
  `<annotation><filename>${name}</filename><object><name>RBC</name><bndbox><xmin>2</xmin><ymin>3</ymin><xmax>12</xmax><ymax>13</ymax></bndbox></object></annotation>`

it('leaves masks in a folder of their own aside where labels lie in a file, and names them', async () => {
  const root = await folderWith('images/a.png', 'images/b.png', 'masks/a.png', 'masks/b.png')
  put(root, { 'annotations/a.xml': voc('a.png') })
  const { names, notes, objects } = await imported(root)
  expect(names).toEqual(['images/a.png', 'images/b.png'])
  expect(objects).toBe(1)
  expect(notes).toHaveLength(1)
  expect(notes[0]).toMatch(/^2 pictures were left aside .*masks.a\.png/)
})

it('leaves masks beside their images aside, of several kinds too', async () => {
  const root = await folderWith('x.png', 'x_mask.png', 'x_instances.png', 'y.png', 'seg/y.png', 'seg/y_mask.png')
  put(root, { 'x.json': labelMe('x.png') })
  const { names, notes } = await imported(root)
  expect(names).toEqual(['x.png', 'y.png'])
  expect(notes[0]).toContain('4 pictures')
})

it('does so without any label file, and not where somebody says that all are images', async () => {
  const root = await folderWith('x.png', 'x_mask.png')
  expect((await imported(root)).names).toEqual(['x.png'])
  expect(await imported(root, 'images')).toMatchObject({ names: ['x.png', 'x_mask.png'], notes: [] })
})

it('keeps what a label file speaks of, and pictures that are masks of none', async () => {
  const root = await folderWith('x.png', 'x_label.png', 'masks/other.png')
  put(root, { 'x_label.json': labelMe('x_label.png') })
  const { names, notes } = await imported(root)
  expect(names).toEqual(['masks/other.png', 'x.png', 'x_label.png'])
  expect(notes).toEqual([])
})
