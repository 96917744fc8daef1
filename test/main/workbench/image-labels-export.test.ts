import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { z } from 'zod'
import { importRequest } from '../../../src/shared/contracts/project.ts'
import { createProject } from '../../../src/main/project/create.ts'
import { WorkbenchEmitter } from '../../../src/main/workbench/events.ts'
import { exportFrom, previewExport } from '../../../src/main/workbench/export.ts'
import { importInto } from '../../../src/main/workbench/import.ts'
import { OpenProject } from '../../../src/main/workbench/open-project.ts'
import { pictures, temporaryFolder } from '../images/fixtures.ts'
import { savePicture } from '../interchange/context.ts'

async function project(): Promise<OpenProject> {
  const db = await createProject(path.join(temporaryFolder(), 'p'), { task: 'classification', classes: ['a', 'b'] })
  onTestFinished(() => db.close())
  return new OpenProject(db, new WorkbenchEmitter(), 'tester')
}

const take = (to: OpenProject, given: z.input<typeof importRequest>) => importInto(to, importRequest.parse(given), { pictures })

it.each([
  ['cvat', 'out.xml'],
  ['labelstudio', 'out.json'],
  ['w3c', 'out.json'],
  ['labelme', 'out'],
] as const)('classes of whole images come back from %s as they were', async (format, name) => {
  const to = await project()
  const root = temporaryFolder()
  for (const [i, file] of ['a/x.png', 'a/y.png', 'b/z.png'].entries()) await savePicture(path.join(root, file), 4, 4, i)
  await take(to, { paths: [root] })
  const out = path.join(root, name)
  expect(previewExport(to, { what: 'annotations', format })).toMatchObject({ objects: 3, notes: [] })
  expect(await exportFrom(to, { file: out, what: 'annotations', format }, { pictures })).toMatchObject({ rows: 3 })
  const back = await project()
  expect(await take(back, { paths: [root], format })).toMatchObject({ annotations: 3, problems: [] })
  const labels = ({ db }: typeof back): string[] => db.images().map(({ id, name: of }) => `${of} ${db.classes().find((one) => one.id === db.annotationsOf(id)[0]?.classId)?.name ?? ''}`).sort() // prettier-ignore
  expect(labels(back)).toEqual(['x.png a', 'y.png a', 'z.png b'])
  expect(back.db.annotations().map(({ shape }) => shape.type)).toEqual(['image', 'image', 'image'])
})
