import { writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseGeoJson } from '../../../src/main/interchange/geojson-in.ts'
import { writeGeoJson } from '../../../src/main/interchange/geojson-out.ts'
import { KnownImages } from '../../../src/main/interchange/known-images.ts'
import { imageId } from '../../../src/shared/records/ids.ts'
import { temporaryFolder } from '../images/fixtures.ts'
import { contextOf } from './context.ts'
import { box, makeAnnotation, makeClass, makeImage } from './records.ts'

const CLASSES = [makeClass('cell', 0)]

describe('GeoJSON', () => {
  it('of images of one name come back each to its own, though the file of the second is called as a third image is', async () => {
    const [one, two] = ['one', 'two'].map((name, i) => ({ ...makeImage('a.png', 8, 8), id: imageId.parse(name), absolutePath: `/study/${name}/a.png`, relativePath: `${name}/a.png`, sha256: String(i).repeat(64) })) // prettier-ignore
    const third = {
      ...makeImage('a_2.png', 8, 8),
      id: imageId.parse('third'),
      absolutePath: '/study/one/a_2.png',
      relativePath: 'one/a_2.png',
    }
    const objects = [one!, two!].map((image, i) => makeAnnotation(image, CLASSES[0]!, box(i, 2, 3, 4)))
    const folder = path.join(temporaryFolder(), 'geo')
    await writeGeoJson(folder, { images: [one!, two!], classes: CLASSES, objects })
    const context = { ...contextOf({ classes: ['cell'] }), known: new KnownImages([one!, two!, third]) }
    const { images, problems } = await parseGeoJson(folder, context)
    const found = images.map((image) => [image.path, image.objects.length]).sort()
    expect([found, problems]).toEqual([[['/study/one/a.png', 1], ['/study/two/a.png', 1]], []]) // prettier-ignore
    // An older file names the image alone: which of the two is meant nobody knows, but it is not the third.
    const second = path.join(folder, 'a_2.geojson')
    writeFileSync(second, (await readFile(second, 'utf8')).replace('two/a.png', 'a.png'))
    const older = await parseGeoJson(second, { ...context, known: new KnownImages([one!, two!, third]) })
    expect(older.images).toEqual([])
    expect(older.problems[0]?.what).toContain('a.png could be 2 images of the project')
  })
})
