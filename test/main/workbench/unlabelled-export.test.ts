import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { importRequest, labelFormatName } from '../../../src/shared/contracts/project.ts'
import type { ImageState } from '../../../src/shared/records/image.ts'
import { createProject } from '../../../src/main/project/create.ts'
import { WorkbenchEmitter } from '../../../src/main/workbench/events.ts'
import { exportFrom, previewExport } from '../../../src/main/workbench/export.ts'
import { importInto } from '../../../src/main/workbench/import.ts'
import { OpenProject } from '../../../src/main/workbench/open-project.ts'
import { pictures, temporaryFolder } from '../images/fixtures.ts'
import { savePicture } from '../interchange/context.ts'
import { anAnnotation, aRegion } from './records.ts'

const NAMES = ['labelled.png', 'nothing.png', 'unlabelled.png', 'emptied.png']
const LEFT = '2 images that nobody labelled are left out.'

async function project(folder: string, images: string): Promise<OpenProject> {
  const db = await createProject(path.join(folder, 'p'), { task: 'detection', classes: ['cell'] })
  onTestFinished(() => db.close())
  const made = new OpenProject(db, new WorkbenchEmitter(), 'tester')
  await importInto(made, importRequest.parse({ paths: [images], format: 'images' }), { pictures })
  return made
}

const named = (to: OpenProject, name: string) => to.db.images().find((image) => image.name === name)!
const states = (to: OpenProject): Record<string, ImageState> => Object.fromEntries(to.db.images().map(({ name, state }) => [name, state]))

/** One image with a box, one done with nothing on it, one that nobody looked at, and one whose labels somebody took away again. */
async function fourImages(): Promise<{ readonly from: OpenProject; readonly images: string }> {
  const images = temporaryFolder()
  for (const [i, name] of NAMES.entries()) await savePicture(path.join(images, name), 40, 30, i)
  const from = await project(temporaryFolder(), images)
  const box = anAnnotation('a', named(from, 'labelled.png').id, {
    classId: from.db.classes()[0]!.id,
    shape: { type: 'box', x: 2, y: 3, width: 9, height: 8 },
  })
  const put = [
    { ...named(from, 'nothing.png'), state: 'done' as const },
    { ...named(from, 'emptied.png'), state: 'in-work' as const },
  ]
  from.db.commit({ label: 'Label', put: { images: put, annotations: [box] }, remove: {} })
  return { from, images }
}

describe('images that nobody labelled', () => {
  it.each(labelFormatName.options)('are left out of %s, told, and come back unlabelled', async (format) => {
    const { from, images } = await fourImages()
    const file = path.join(temporaryFolder(), format === 'csv' ? 'out.csv' : 'out')
    expect(previewExport(from, { what: 'annotations', format })).toMatchObject({ images: 1, objects: 1, notes: expect.arrayContaining([LEFT]) as string[] }) // prettier-ignore
    const written = await exportFrom(from, { file, what: 'annotations', format }, { pictures })
    expect([written.rows, written.notes]).toEqual([1, expect.arrayContaining([LEFT])])
    const to = await project(temporaryFolder(), images)
    const read = format === 'yolo-seg' ? 'yolo' : format
    await importInto(to, importRequest.parse({ paths: [file], format: read }), { pictures })
    expect(states(to)).toMatchObject({ 'labelled.png': 'done', 'unlabelled.png': 'unlabelled', 'emptied.png': 'unlabelled' })
    // A table of objects and a list of annotations have no line for an image without any.
    if (format !== 'csv' && format !== 'w3c') expect(states(to)['nothing.png']).toBe('done')
  })

  it('alone are no annotations: nothing is written', async () => {
    const images = temporaryFolder()
    await savePicture(path.join(images, 'a.png'), 40, 30)
    const from = await project(temporaryFolder(), images)
    const file = path.join(temporaryFolder(), 'a.geojson')
    const asked = { what: 'annotations', format: 'geojson' } as const
    await expect(exportFrom(from, { ...asked, file }, { pictures })).rejects.toMatchObject({ code: 'nothing-labelled' })
    expect(() => previewExport(from, asked)).toThrow('Nobody labelled any of these images')
    expect(existsSync(file)).toBe(false)
  })

  it('go along in GeoJSON with their regions of interest, and stay unlabelled; labels that are there stay', async () => {
    const { from, images } = await fourImages()
    const region = aRegion('r', named(from, 'unlabelled.png').id, { shape: { type: 'box', x: 1, y: 1, width: 20, height: 20 } })
    from.db.commit({ label: 'Mark', put: { regions: [region] }, remove: {} })
    const file = path.join(temporaryFolder(), 'out')
    const { notes } = await exportFrom(from, { file, what: 'annotations', format: 'geojson' }, { pictures })
    expect(notes).toContain('1 image that nobody labelled is left out.')
    const to = await project(temporaryFolder(), images)
    const request = importRequest.parse({ paths: [file], format: 'geojson', replace: true })
    await importInto(to, request, { pictures })
    expect(states(to)).toMatchObject({ 'unlabelled.png': 'unlabelled', 'nothing.png': 'done' })
    expect(to.db.regions().map(({ imageId }) => imageId)).toEqual([named(to, 'unlabelled.png').id])
    expect(JSON.parse(readFileSync(path.join(file, 'unlabelled.geojson'), 'utf8'))).toMatchObject({ labelled: false })
    const later = anAnnotation('b', named(to, 'unlabelled.png').id, { classId: to.db.classes()[0]!.id })
    to.db.commit({ label: 'Draw', put: { annotations: [later] }, remove: {} })
    await importInto(to, request, { pictures })
    expect(to.db.annotationsOf(named(to, 'unlabelled.png').id).map(({ id }) => id)).toEqual([later.id])
  })
})
