import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { detectFormat, type FoundFormat } from '../../../src/main/interchange/detect.ts'
import { IMPORT_FORMATS } from '../../../src/main/interchange/import-formats.ts'
import { temporaryFolder } from '../images/fixtures.ts'
import { contextOf, put, savePicture } from './context.ts'
import { lines } from './round-trip.ts'

const detection = () => contextOf({ task: 'detection', classes: ['cell'] })

describe('a broken file of labels', () => {
  it.each<[FoundFormat, string, string, RegExp]>([
    ['asap', 'a.xml', '<ASAP_Annotations><Annotations></ASAP_Annotations>', /^a\.xml: The XML is broken: line 1: .*[.]$/],
    ['aperio', 'a.xml', '<Annotations><Annotation></Annotations>', /^a\.xml: The XML is broken/],
    ['cvat', 'a.xml', '<annotations><version>', /^a\.xml: The XML is broken/],
    ['cvat', 'a.xml', '<other/>', /^a\.xml: It is no file of CVAT\.$/],
    ['labelme', 'a.json', '{"shapes": 1}', /^a\.json: It is no file of LabelMe\.$/],
    ['labelme', 'a.json', '{"shapes": [', /^a\.json is no sound JSON/],
    ['labelstudio', 'a.json', '[]', /^a\.json: It holds no tasks of Label Studio\.$/],
    ['w3c', 'a.json', '[]', /^a\.json: It holds no Web Annotation\.$/],
    ['cellpose', 'a_seg.npy', '\u0093NUMPY', /^a_seg\.npy: .*\.$/],
  ])('of %s is named in what is said of it (%s %s)', async (format, name, contents, said) => {
    const root = temporaryFolder()
    await savePicture(path.join(root, 'a.png'), 20, 10)
    writeFileSync(path.join(root, name), contents, 'latin1')
    await expect(IMPORT_FORMATS[format].read(path.join(root, name), detection())).rejects.toThrow(said)
  })

  it('of YOLO that was chosen alone says what is wrong with which line, or that its image is missing', async () => {
    const root = temporaryFolder()
    await savePicture(path.join(root, 'a.png'), 20, 10)
    put(root, {
      'a.txt': 'cell 0.5 0.5 0.1\n0 0.5 0.5 0.1 0.1\n',
      'gone.txt': '0 0.5 0.5 0.1 0.1\n',
      'a.csv.txt': 'x',
      'note.txt': 'seen twice\n',
    })
    const chosen = async (name: string) => {
      const file = path.join(root, name)
      const format = await detectFormat(file, detection())
      return [format, lines(await IMPORT_FORMATS[format].read(file, detection()))]
    }
    expect(await chosen('a.txt')).toEqual(['yolo', ['a.txt: line 1: "cell 0.5 0.5 0.1" is no class and numbers: left out']])
    expect(await chosen('gone.txt')).toEqual(['yolo', ['gone.txt: there is no image of its name (gone) for it: its 1 object is left out']])
    expect((await chosen('note.txt'))[0]).toBe('images')
  })

  it('a table that is named as an image is none of YOLO', async () => {
    const root = temporaryFolder()
    await savePicture(path.join(root, 'a.png'), 20, 10)
    put(root, { 'a.txt': 'image\tclass\tx\ty\twidth\theight\na.png\tcell\t1\t1\t5\t5\n' })
    expect(await detectFormat(path.join(root, 'a.txt'), detection())).toBe('csv')
  })

  it('of COCO says which images its annotations are of that it does not list', async () => {
    const root = temporaryFolder()
    await savePicture(path.join(root, 'a.png'), 20, 10)
    const on = (image_id: number, id: number) => ({ id, image_id, category_id: 1, bbox: [1, 1, 5, 5] })
    const json = {
      images: [{ id: 1, file_name: 'a.png', width: 20, height: 10 }],
      categories: [{ id: 1, name: 'cell' }],
      annotations: [on(1, 1), on(7, 2), on(7, 3), on(9, 4)],
    }
    put(root, { 'a.json': JSON.stringify(json) })
    const found = await IMPORT_FORMATS.coco.read(root, detection())
    expect(found.images[0]!.objects).toHaveLength(1)
    expect(lines(found)).toEqual(['a.json: 3 annotations are of images that it does not list (image_id 7, 9): left out'])
  })
})
