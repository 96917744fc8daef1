import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { importRequest } from '../../../src/shared/contracts/project.ts'
import { shapeBounds } from '../../../src/shared/geometry/shape-bounds.ts'
import type { ImageRecord } from '../../../src/shared/records/image.ts'
import { createProject } from '../../../src/main/project/create.ts'
import { WorkbenchEmitter } from '../../../src/main/workbench/events.ts'
import { exportFrom, previewExport } from '../../../src/main/workbench/export.ts'
import { importInto } from '../../../src/main/workbench/import.ts'
import { projectInfo } from '../../../src/main/workbench/info.ts'
import { OpenProject } from '../../../src/main/workbench/open-project.ts'
import { countRegions } from '../../../src/main/workbench/region-counts.ts'
import { pictures, temporaryFolder } from '../images/fixtures.ts'
import { savePicture } from '../interchange/context.ts'
import { anAnnotation, anImage, aRegion } from './records.ts'

/** Two images, the first with two regions that overlap; 10 micrometres a pixel there. */
async function counted(): Promise<{ project: OpenProject; folder: string; images: ImageRecord[] }> {
  const folder = temporaryFolder()
  const db = await createProject(path.join(folder, 'p'), { task: 'detection', classes: ['RBC', 'WBC'] })
  onTestFinished(() => db.close())
  const [rbc, wbc] = db.classes().map(({ id }) => id)
  const images = [anImage('a', { width: 1000, height: 500, micronsPerPixel: 10, state: 'done' }), anImage('b', { sha256: '1'.repeat(64) })]
  const at = (id: string, x: number, classId = rbc!, image = 'a'): ReturnType<typeof anAnnotation> =>
    anAnnotation(id, image, { classId, shape: { type: 'box', x, y: 10, width: 20, height: 20 } })
  db.commit({
    label: 'Test',
    put: {
      images,
      // Centres at 20, 99.5, 110, 160 and 900.
      annotations: [at('1', 10), at('2', 89.5), at('3', 100, wbc), at('4', 150), at('5', 890), at('6', 10, rbc, 'b')],
      regions: [
        aRegion('r1', 'a', {
          shape: { type: 'box', x: 0, y: 0, width: 100, height: 100 },
          name: 'Hot spot',
          createdAt: '2026-01-01T00:00:00.000Z',
        }),
        aRegion('r2', 'a', {
          shape: { type: 'box', x: 50, y: 0, width: 200, height: 600 },
          fullyLabelled: false,
          createdAt: '2026-01-02T00:00:00.000Z',
        }),
      ],
    },
    remove: {},
  })
  return { project: new OpenProject(db, new WorkbenchEmitter(), 'tester'), folder, images }
}

describe('counts by region', () => {
  it('count an object where its centre lies, in every region that has it, and the rest by itself', async () => {
    const { project, images } = await counted()
    const [rbc, wbc] = project.db.classes().map(({ id }) => id)
    const rows = countRegions(project, images, { kind: 'truth' })
    expect(rows.map(({ image, name, pixels, counts }) => [image.id, name, pixels, counts.get(rbc!) ?? 0, counts.get(wbc!) ?? 0])).toEqual([
      ['a', 'Hot spot', 10_000, 2, 0],
      ['a', 'Region 2', 100_000, 2, 1],
      ['a', '', null, 1, 0],
      ['b', '', null, 1, 0],
    ])
  })

  it('are exported with area and density', async () => {
    const { project, folder } = await counted()
    const file = path.join(folder, 'counts.csv')
    const report = await exportFrom(project, { file, what: 'counts', format: 'csv', by: 'region' }, { pictures })
    expect(report.rows).toBe(4)
    const [head, ...rows] = readFileSync(file, 'utf8').replace('\uFEFF', '').trim().split('\r\n').map((line) => line.split(',')) // prettier-ignore
    const column = (name: string): (string | undefined)[] => rows.map((row) => row[head!.indexOf(name)])
    expect(column('image')).toEqual(['a.png', 'a.png', 'a.png', 'b.png'])
    expect(column('region')).toEqual(['Hot spot', 'Region 2', '', ''])
    expect(column('fully_labelled')).toEqual(['1', '0', '', ''])
    expect(column('area_px')).toEqual(['10000', '100000', '', ''])
    expect(column('area_mm2')).toEqual(['1', '10', '', ''])
    expect(column('RBC')).toEqual(['2', '2', '1', '1'])
    expect(column('RBC per mm2')).toEqual(['2', '0.2', '', ''])
    expect(column('counted')).toEqual(['truth', 'truth', 'truth', 'truth'])
  })

  it('leave the table by image as it was', async () => {
    const { project, folder } = await counted()
    const file = path.join(folder, 'counts.csv')
    expect((await exportFrom(project, { file, what: 'counts', format: 'csv' }, { pictures })).rows).toBe(2)
  })
})

it('info tells how many regions there are', async () => {
  const { project } = await counted()
  expect(projectInfo(project).regions).toEqual({ all: 2, fullyLabelled: 1, images: 1 })
})

describe('regions on the way out and in', () => {
  it('come back from GeoJSON as they were, and other formats say that they are left out', async () => {
    const folder = temporaryFolder()
    const picture = path.join(folder, 'a.png')
    await savePicture(picture, 400, 300, 1)
    const made = async (name: string): Promise<OpenProject> => {
      const db = await createProject(path.join(folder, name), { task: 'segmentation', classes: ['Cell', 'Other'] })
      onTestFinished(() => db.close())
      return new OpenProject(db, new WorkbenchEmitter(), 'tester')
    }
    const take = (to: OpenProject, paths: string[]) => importInto(to, importRequest.parse({ paths }), { pictures })
    const from = await made('from')
    await take(from, [picture])
    const [image] = from.db.images()
    const regions = [
      aRegion('r1', image!.id, { shape: { type: 'polygon', rings: [[10, 10, 200, 20, 100, 200]] }, name: 'Hot spot' }),
      aRegion('r2', image!.id, { shape: { type: 'box', x: 300, y: 10, width: 50, height: 60 }, fullyLabelled: false }),
    ]
    const cell = anAnnotation('c', image!.id, {
      classId: from.db.classes()[0]!.id,
      shape: { type: 'polygon', rings: [[20, 20, 60, 20, 40, 60]] },
    })
    from.db.commit({ label: 'Draw', put: { regions, annotations: [cell] }, remove: {} })
    const file = path.join(folder, 'a.geojson')
    const written = await exportFrom(from, { file, what: 'annotations', format: 'geojson' }, { pictures })
    expect(written).toMatchObject({ rows: 1, notes: [] })
    expect(previewExport(from, { what: 'annotations', format: 'coco' }).notes).toContain('2 regions of interest are left out.')
    const to = await made('to')
    const report = await take(to, [file])
    expect(report.notes.join(' ')).toContain('2 regions of interest taken. Mark those in which everything is labelled')
    expect(to.db.annotations().map(({ shape }) => shape)).toEqual([cell.shape])
    const back = to.db.regions().sort((a, b) => (a.name > b.name ? -1 : 1))
    expect(back.map(({ name, fullyLabelled }) => [name, fullyLabelled])).toEqual([['Hot spot', true], ['', false]]) // prettier-ignore
    expect(back[0]!.shape).toEqual(regions[0]!.shape)
    expect(shapeBounds(back[1]!.shape)).toEqual({ x: 300, y: 10, width: 50, height: 60 })
    to.db.undo()
    expect(to.db.regions()).toEqual([])
  })
})
