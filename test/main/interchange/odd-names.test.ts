import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { type LabelFormatName, labelFormatName } from '../../../src/shared/contracts/project.ts'
import { EXPORT_FORMATS } from '../../../src/main/interchange/export-formats.ts'
import { IMPORT_FORMATS } from '../../../src/main/interchange/import-formats.ts'
import { temporaryFolder } from '../images/fixtures.ts'
import { contextOf, savePicture } from './context.ts'
import { box, makeAnnotation, makeClass, makeImage } from './records.ts'

/** What means something in an address, with an image beside it whose name is what would be left. */
const NAMES = ['a.png', 'a#1.png', 'a#z3t2.png', 'b 50%.png', 'c%20d.png', 'c d.png']
/** No name of a file on Windows: formats of a file an image write another. */
const QUERY = 'e?x=1.png'
const ONE_FILE: readonly LabelFormatName[] = ['csv', 'coco', 'cvat', 'labelstudio', 'w3c']
const CELL = makeClass('cell')

describe('names with signs that mean something in addresses', () => {
  it.each(labelFormatName.options)('come back to their own images from %s', async (format) => {
    const names = ONE_FILE.includes(format) ? [...NAMES, QUERY] : NAMES
    const root = temporaryFolder()
    for (const [i, name] of names.entries()) await savePicture(path.join(root, name), 100, 80, i)
    const images = names.map((name) => makeImage(name, 100, 80))
    const objects = images.map((image, i) => makeAnnotation(image, CELL, box(10 * i, 5, 4, 4)))
    const target = path.join(root, { csv: 'out.csv', cvat: 'out.xml', coco: 'out.json', labelstudio: 'out.json', w3c: 'out.json' }[format as string] ?? 'out') // prettier-ignore
    await EXPORT_FORMATS[format](target, { images, classes: [CELL], objects })
    const read = await IMPORT_FORMATS[format === 'yolo-seg' ? 'yolo' : format].read(root, contextOf({ task: 'detection' }))
    expect(read.problems).toEqual([])
    const places = read.images.map((one) => [path.basename(one.path), one.objects.map(({ shape }) => 'x' in shape && Math.round(shape.x))])
    expect(Object.fromEntries(places)).toEqual(Object.fromEntries(names.map((name, i) => [name, [10 * i]])))
  })

  it('are found in tasks of Label Studio that never encoded them, too', async () => {
    const root = temporaryFolder()
    for (const [i, name] of NAMES.entries()) await savePicture(path.join(root, name), 100, 80, i)
    const result = [{ type: 'choices', value: { choices: ['cell'] } }]
    const tasks = [...NAMES, 'gone#1.png'].map((image) => ({ data: { image }, annotations: [{ result }] }))
    writeFileSync(path.join(root, 'tasks.json'), JSON.stringify(tasks))
    const { images, problems } = await IMPORT_FORMATS.labelstudio.read(root, contextOf({ task: 'classification' }))
    // c%20d.png is what an encoded "c d.png" looks like, which was met already.
    expect(images.map((one) => path.basename(one.path)).sort()).toEqual(NAMES.filter((name) => name !== 'c%20d.png').sort())
    expect(problems.map(({ what }) => what)).toEqual([
      'gone#1.png: there is no image gone#1.png: its 1 object is left out',
      'it is about c d.png, as another file or entry is: left out',
    ])
  })
})
